/* semver and semverCompare, and the version as a struct with methods. */
import { intOf } from '../../../go/int.ts'
import { define, type FunctionTable } from '../../functions.ts'
import { type GoFunction, StructValue, type Value } from '../../value.ts'
import { expectStruct } from '../struct-params.ts'
import { parseConstraint } from './constraint.ts'
import { compareVersions, increment, parseVersion, type Version, versionText, withIdentifiers } from './version.ts'

/** Go's semver.Version. `semver` returns a pointer; IncMajor and the like return a value. */
class VersionValue extends StructValue {
  readonly version: Version
  readonly pointer: boolean

  constructor(version: Version, pointer: boolean) {
    super()
    this.version = version
    this.pointer = pointer
  }

  get typeName(): string {
    return this.pointer ? '*semver.Version' : 'semver.Version'
  }

  field(): Value {
    return undefined
  }

  override method(name: string): GoFunction | undefined {
    if (Object.hasOwn(methods, name)) return methods[name]?.(this.version)
    return this.pointer && Object.hasOwn(pointerMethods, name) ? pointerMethods[name]?.(this.version) : undefined
  }

  override text(): string {
    return versionText(this.version)
  }

  json(): string {
    return versionText(this.version)
  }

  equals(other: Value): boolean {
    return (
      other instanceof VersionValue &&
      other.version.original === this.version.original &&
      versionText(other.version) === versionText(this.version)
    )
  }
}

type Methods = Readonly<Record<string, (version: Version) => GoFunction>>

const getter = (read: (version: Version) => Value) => (version: Version) =>
  define({ params: [], call: () => read(version) })

const incrementing = (part: 'major' | 'minor' | 'patch') =>
  getter((version) => new VersionValue(increment(version, part), false))

const comparing = (read: (order: number) => Value) => (version: Version) =>
  define({
    params: ['struct'],
    call: (other) => read(compareVersions(version, expectStruct(other, VersionValue, '*semver.Version').version)),
  })

const setting = (part: 'prerelease' | 'metadata') => (version: Version) =>
  define({
    params: ['string'],
    call: (text) => new VersionValue(withIdentifiers(version, { [part]: text }), false),
  })

const methods: Methods = {
  Major: getter(({ major }) => intOf(major, 'uint64')),
  Minor: getter(({ minor }) => intOf(minor, 'uint64')),
  Patch: getter(({ patch }) => intOf(patch, 'uint64')),
  Prerelease: getter(({ prerelease }) => prerelease),
  Metadata: getter(({ metadata }) => metadata),
  String: getter(versionText),
  IncMajor: incrementing('major'),
  IncMinor: incrementing('minor'),
  IncPatch: incrementing('patch'),
  SetPrerelease: setting('prerelease'),
  SetMetadata: setting('metadata'),
}

const pointerMethods: Methods = {
  Original: getter(({ original }) => original),
  Compare: comparing((order) => intOf(order)),
  Equal: comparing((order) => order === 0),
  LessThan: comparing((order) => order < 0),
  LessThanEqual: comparing((order) => order <= 0),
  GreaterThan: comparing((order) => order > 0),
  GreaterThanEqual: comparing((order) => order >= 0),
}

export const semverFunctions: FunctionTable = {
  semver: define({ params: ['string'], call: (text) => new VersionValue(parseVersion(text), true) }),
  semverCompare: define({
    params: ['string', 'string'],
    call: (constraint, version) => parseConstraint(constraint)(parseVersion(version)),
  }),
}
