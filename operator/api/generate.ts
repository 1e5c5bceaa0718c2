/** Writes the generated files of the API (`npm run generate`), or with `--check` says which are not current and exits 1. */
import { stringify } from 'yaml';
import { customResourceDefinition } from './crd.ts';
import { writeOrCheck } from './generated-files.ts';
import { GROUP, PLURAL } from './group.ts';
import { apiReference } from './reference.ts';

const NOTE = '# Made by `npm run generate` from operator/api: change that, not this.\n';

await writeOrCheck({
  [`crds/${GROUP}_${PLURAL}.yaml`]:
    NOTE + stringify(customResourceDefinition(), { aliasDuplicateObjects: false, lineWidth: 120 }),
  'docs/api.md': apiReference(),
});
