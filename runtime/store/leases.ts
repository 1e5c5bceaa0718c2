/** Sets whose members go by themselves when nobody renews them: people in rooms, connections of a user or address. */
export interface LeaseSets {
  /**
   * Adds or renews a member.
   * @param capacity a new member is refused (`false`) when so many are there
   */
  hold(set: string, member: string, ttlSeconds: number, capacity: number): Promise<boolean>;
  drop(set: string, member: string): Promise<void>;
  members(set: string): Promise<string[]>;
  /** How long each member stays if nobody renews it, in milliseconds. */
  left(set: string): Promise<ReadonlyMap<string, number>>;
}
