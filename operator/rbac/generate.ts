/** Writes the operator's rights (`npm run generate`), or with `--check` says which files are not current and exits 1. */
import { writeOrCheck } from '../api/generated-files.ts';
import { manifests } from './manifests.ts';

await writeOrCheck(manifests());
