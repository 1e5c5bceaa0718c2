/** Building blocks of the ChatApp schema: each zod check has its twin in the CRD, so that zod and the API server agree. */
import * as z from 'zod';

/** A CEL rule of the CRD; zod ignores it, the API server answers with `message`. */
export interface Rule {
  rule: string;
  message: string;
}

export function rules(...list: Rule[]): { 'x-kubernetes-validations': Rule[] } {
  return { 'x-kubernetes-validations': list };
}

/** A DNS label: what Kubernetes lets Services and StatefulSets be called. */
export const dnsLabel = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[a-z]([-a-z0-9]*[a-z0-9])?$/);

/** A name of a Secret, ConfigMap, class or claim. */
export const objectName = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/);

/** A length of time such as `30s`, `10m`, `1h30m` or `7d`; {@link ./duration.ts} reads it. */
export const duration = z
  .string()
  .min(2)
  .max(20)
  .regex(/^([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?$/);

/** A size such as `10Gi`, as Kubernetes writes quantities. */
export const sizeQuantity = z
  .string()
  .min(1)
  .max(20)
  .regex(/^[0-9]+(\.[0-9]+)?(Ki|Mi|Gi|Ti|Pi|k|M|G|T|P)?$/);

/** A quantity of a resource: `500m`, `2`, `1Gi`, or a whole number. */
export const quantity = z
  .union([
    z.int().min(0),
    z
      .string()
      .max(20)
      .regex(/^[0-9]+(\.[0-9]+)?(m|Ki|Mi|Gi|Ti|Pi|k|M|G|T|P)?$/),
  ])
  .meta({ 'x-kubernetes-int-or-string': true });

/** A map with a bound on its entries: without one, CEL rules over it have no bounded cost. */
export function boundedMap<V extends z.ZodType>(value: V, maxProperties: number) {
  return z
    .record(z.string().max(316), value)
    .refine((map) => Object.keys(map).length <= maxProperties, `at most ${maxProperties} entries`)
    .meta({ maxProperties });
}

/** A list that the API server keeps unique by `name` and merges by it. */
export function namedList<T extends z.ZodType<{ name: string }>>(item: T, max: number) {
  return z
    .array(item)
    .max(max)
    .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, 'names must differ')
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] });
}
