import { parseQuantity } from '../kube/quantity.ts';

const BILLIONTHS = 1e9;

/** Value of a quantity of the API (`500m` is 0.5, `1Ki` is 1024); the schema lets nothing else through. */
export function quantityValue(quantity: string | number): number {
  return Number(parseQuantity(quantity) ?? 0n) / BILLIONTHS;
}
