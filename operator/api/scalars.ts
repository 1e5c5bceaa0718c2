/** Building blocks of the ChatApp schema: each zod check has its twin in the CRD, so that zod and the API server agree. */
import * as z from 'zod';

/** A rule across fields: as CEL for the API server, which answers with `message`, and as a predicate for zod. */
export interface Rule<T> {
  rule: string;
  message: string;
  /** The same for zod. Rules over `oldSelf` have none: only the API server knows what was before. */
  holds?: (value: T) => boolean;
}

/** Puts rules on a schema, for zod and for the CRD. Comes before `prefault` and `default`. */
export function ruled<T extends z.ZodType>(schema: T, ...list: Rule<z.output<T>>[]): T {
  const checked = list.reduce((all, { holds, message }) => {
    return holds === undefined ? all : all.refine(holds, message);
  }, schema);
  return checked.meta({ 'x-kubernetes-validations': list.map(({ rule, message }) => ({ rule, message })) });
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

/** A name of a host, such as `chat.example.org`. */
export const hostName = objectName;

/** Where a page or a server is, without a path. */
export const originURL = z
  .string()
  .max(300)
  .regex(/^https?:\/\/[^\s/]+$/);

/** Where a server is, with a path if need be. */
export const serverURL = z
  .string()
  .max(500)
  .regex(/^https?:\/\/[^\s]+$/);

/** A length of time such as `30s`, `10m`, `1h30m` or `7d`; {@link ./duration.ts} reads it. */
export const duration = z
  .string()
  .min(2)
  .max(20)
  .regex(/^([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?$/);

/** A length of time that is not zero. */
export const lasting = ruled(duration, {
  rule: "self.matches('[1-9]')",
  message: 'a time longer than 0s is needed: leave it out for its default',
  holds: (text) => /[1-9]/.test(text),
});

/** When something happens again and again, in the five fields of cron. */
export const cron = z
  .string()
  .min(9)
  .max(100)
  .regex(/^[-0-9*,/]+ [-0-9*,/]+ [-0-9*,/]+ [-0-9A-Za-z*,/]+ [-0-9A-Za-z*,/]+$/);

/** Addresses of a network, such as `192.0.2.0/24`. */
export const cidr = z
  .string()
  .max(43)
  .regex(/^[0-9a-fA-F.:]+\/[0-9]+$/);

/** A name of an image with its registry and tag. */
export const imageName = z.string().min(1).max(500);

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

/** Values as Kubernetes has them in labels; a structural schema cannot say the same of keys. */
const labelValue = z
  .string()
  .max(63)
  .regex(/^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/);

export const labelMap = () => boundedMap(labelValue, 50);
export const annotationMap = () => boundedMap(z.string().max(4_096), 50);

/** A list that the API server keeps unique by `name` and merges by it. */
export function namedList<T extends z.ZodType<{ name: string }>>(item: T, max: number) {
  return z
    .array(item)
    .max(max)
    .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, 'names must differ')
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] });
}

/** A key in a Secret or ConfigMap. */
export const dataKey = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[-._a-zA-Z0-9]+$/);

/** A value in a Secret of the same namespace. Secrets themselves never stand in a ChatApp. */
export function secretRef(key: string) {
  return z.object({
    name: objectName.describe('Name of the Secret.'),
    key: dataKey.default(key).describe('Key in the Secret.'),
  });
}

/** An object of Kubernetes' own that is handed on as it is; the API server checks it where it is used. */
export const asInKubernetes = () =>
  z.looseObject({}).meta({ 'x-kubernetes-preserve-unknown-fields': true, type: 'object' });
