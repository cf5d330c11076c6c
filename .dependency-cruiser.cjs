// Import rules of the design (docs/architecture.md): imports go one way.
const ours = '^(domain|drivers|sync|renderer|electron)/';
/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    {
      name: 'domain-is-pure',
      severity: 'error',
      from: { path: '^domain/', pathNot: '\\.test\\.ts$' },
      to: { path: ours, pathNot: '^domain/' },
    },
    {
      name: 'domain-does-no-io',
      severity: 'error',
      from: { path: '^domain/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'drivers-import-domain-only',
      severity: 'error',
      from: { path: '^drivers/' },
      to: { path: ours, pathNot: '^(drivers|domain)/' },
    },
    { name: 'sync-imports-domain-only', severity: 'error', from: { path: '^sync/' }, to: { path: ours, pathNot: '^(sync|domain)/' } },
    {
      name: 'renderer-has-no-server',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^(electron|sync/server)/' },
    },
    {
      name: 'renderer-knows-only-types-of-drivers',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^drivers/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'renderer-is-browser-code',
      severity: 'error',
      from: { path: '^renderer/', pathNot: '\\.test\\.tsx?$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-tests-in-product',
      severity: 'error',
      from: { path: ours, pathNot: '\\.test\\.tsx?$' },
      to: { path: '^tests/|\\.test\\.tsx?$' },
    },
    {
      name: 'not-to-dev-dep',
      severity: 'error',
      from: { path: ours, pathNot: '\\.test\\.tsx?$|emulator|^electron/demo/|^electron/.*\\.ts$|^renderer/' },
      to: { dependencyTypes: ['npm-dev'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { conditionNames: ['import', 'node', 'default', 'types'], extensions: ['.ts', '.tsx', '.js', '.json'] },
  },
};
