import fc from 'fast-check'

// The same inputs each time, so that a failure is one of what was changed; FC_SEED=N for others.
fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 1) })
