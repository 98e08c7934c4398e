import { join } from 'node:path'
import { loadScenarios } from 'outrigger/testing'
import { test } from 'vitest'

test.each(loadScenarios(join(import.meta.dirname, 'scenarios')))('$name', ({ run }) => run())
