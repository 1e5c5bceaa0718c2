import type { ServerReport, VolumeReport } from '../report.ts';

/** A change of the free space by less than this share of the volume is not worth a write. */
const SHARE = 0.01;

/** Whether what is so now should be told, after what was told last. */
export function isNoticeable(before: ServerReport | undefined, now: ServerReport): boolean {
  if (before === undefined || before.moreModels !== now.moreModels) return true;
  return hasMoved(before.volume, now.volume) || JSON.stringify(before.models) !== JSON.stringify(now.models);
}

function hasMoved(before: VolumeReport, now: VolumeReport): boolean {
  if (before.capacityBytes !== now.capacityBytes) return true;
  const least = now.capacityBytes * SHARE;
  return Math.abs(before.freeBytes - now.freeBytes) >= least || Math.abs(before.usedBytes - now.usedBytes) >= least;
}
