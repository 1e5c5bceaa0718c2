import manifest from '../package.json' with { type: 'json' };

/** Version of this program, as releases count. */
export const PROGRAM_VERSION = manifest.version;
