import type { ConditionType, Reason } from '../api/conditions.ts';

/** What one condition says now. */
export interface Verdict {
  type: ConditionType;
  status: 'True' | 'False' | 'Unknown';
  reason: Reason;
  message: string;
}

export const yes = (type: ConditionType, reason: Reason, message: string): Verdict => ({
  type,
  status: 'True',
  reason,
  message,
});
export const no = (type: ConditionType, reason: Reason, message: string): Verdict => ({
  type,
  status: 'False',
  reason,
  message,
});
