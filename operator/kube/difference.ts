import { sameQuantity } from './quantity.ts';

/** A place where a live object is not as desired. */
export interface Difference {
  /** Such as `spec.template.spec.containers[name=app].image`. */
  path: string;
  /** What is there instead; undefined when nothing is. */
  live: unknown;
}

/** For lists whose elements have an identity: the field's name (or `parent.field`), and the fields that identify an element. */
export type ListKeys = Readonly<Record<string, readonly string[]>>;

/** The associative lists of the built-in kinds (`x-kubernetes-list-map-keys` in the API server's OpenAPI document). */
const builtInListKeys: ListKeys = {
  containers: ['name'],
  initContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
  'containers.ports': ['containerPort', 'protocol'],
  'initContainers.ports': ['containerPort', 'protocol'],
  'spec.ports': ['port', 'protocol'],
  imagePullSecrets: ['name'],
  'spec.topologySpreadConstraints': ['topologyKey', 'whenUnsatisfiable'],
  hostAliases: ['ip'],
  resourceClaims: ['name'],
  ownerReferences: ['uid'],
  conditions: ['type'],
};

/** What the server assumes for an identifying field that is left out. */
const keyDefaults: Readonly<Record<string, string>> = { protocol: 'TCP' };

/** Lists in which only membership counts. */
const sets = new Set(['finalizers']);

/** Maps that belong to one manager as a whole (`x-kubernetes-map-type: atomic`): a key more is as wrong as one less. */
const atomicMaps = new Set([
  'nodeSelector',
  'selector',
  'matchLabels',
  'podSelector',
  'namespaceSelector',
  'labelSelector',
  'roleRef',
]);

/** Maps that the server leaves out when they are empty; of others, such as `emptyDir: {}`, being there is what counts. */
const plainMaps = new Set([
  'labels',
  'annotations',
  'nodeSelector',
  'matchLabels',
  'data',
  'binaryData',
  'requests',
  'limits',
]);

const quantityFields = new Set(['sizeLimit', 'divisor', 'averageValue']);
const quantityMaps = new Set(['requests', 'limits', 'hard', 'capacity']);

/**
 * Where `live` is not as `desired` asks. What `desired` does not mention may be anything: defaults, and what other people
 * own. Lists of named maps are matched by name, other lists element by element, quantities by value; an empty list is
 * as good as none.
 */
export function differences(desired: unknown, live: unknown, listKeys: ListKeys = {}): Difference[] {
  const found: Difference[] = [];
  new Comparison(new Map(Object.entries({ ...builtInListKeys, ...listKeys })), found).value(desired, live, '', []);
  return found;
}

type Fields = readonly string[];
type Json = Readonly<Record<string, unknown>>;

class Comparison {
  /** Not an object: a field may be called `constructor`. */
  readonly #listKeys: ReadonlyMap<string, readonly string[]>;
  readonly #found: Difference[];

  constructor(listKeys: ReadonlyMap<string, readonly string[]>, found: Difference[]) {
    this.#listKeys = listKeys;
    this.#found = found;
  }

  /** `fields` are the names on the way here, list elements left out. */
  value(desired: unknown, live: unknown, path: string, fields: Fields): void {
    if (desired === live || desired === undefined || (desired === null && live === undefined)) return;
    if (Array.isArray(desired)) this.#list(desired, live, path, fields);
    else if (isMap(desired) && isMap(live ?? defaultOf(fields))) this.#map(desired, (live ?? {}) as Json, path, fields);
    else if (!isSameQuantity(desired, live, fields)) this.#found.push({ path, live });
  }

  #map(desired: Json, live: Json, path: string, fields: Fields): void {
    for (const [name, value] of Object.entries(desired)) {
      this.value(value, live[name], path === '' ? name : `${path}${step(name)}`, [...fields, name]);
    }
    if (!atomicMaps.has(fields.at(-1) ?? '')) return;
    for (const name of Object.keys(live)) {
      if (!(name in desired)) this.#found.push({ path: `${path}${step(name)}`, live: live[name] });
    }
  }

  #list(desired: unknown[], live: unknown, path: string, fields: Fields): void {
    if (!Array.isArray(live)) {
      if (desired.length > 0 || (live !== undefined && live !== null)) this.#found.push({ path, live });
      return;
    }
    const field = fields.at(-1) ?? '';
    const keys = this.#listKeys.get(`${fields.at(-2) ?? ''}.${field}`) ?? this.#listKeys.get(field);
    if (keys !== undefined) {
      this.#associative(desired, live, path, fields, keys);
    } else if (sets.has(field)) {
      if (!desired.every((element) => live.includes(element))) this.#found.push({ path, live });
    } else if (desired.length === live.length) {
      desired.forEach((element, i) => this.value(element, live[i], `${path}[${i}]`, fields));
    } else {
      this.#found.push({ path, live });
    }
  }

  #associative(desired: unknown[], live: unknown[], path: string, fields: Fields, keys: readonly string[]): void {
    const byIdentity = new Map(live.map((element) => [identity(element, keys), element]));
    for (const element of desired) {
      const id = identity(element, keys);
      this.value(element, byIdentity.get(id), `${path}[${id}]`, fields);
    }
  }
}

function identity(element: unknown, keys: readonly string[]): string {
  const map = isMap(element) ? element : {};
  return keys.map((key) => `${key}=${String((map[key] ?? keyDefaults[key]) as string | number | undefined)}`).join(',');
}

/** An absent map of strings is an empty one. */
function defaultOf(fields: Fields): Json | undefined {
  return plainMaps.has(fields.at(-1) ?? '') ? {} : undefined;
}

function isMap(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSameQuantity(a: unknown, b: unknown, fields: Fields): boolean {
  if (!isScalar(a) || !isScalar(b)) return false;
  const [parent = '', field = ''] = fields.slice(-2);
  const isQuantity =
    quantityMaps.has(parent) || quantityFields.has(field) || (parent === 'target' && field === 'value');
  return isQuantity && sameQuantity(a, b);
}

function step(name: string): string {
  return /^[\w-]+$/.test(name) ? `.${name}` : `[${name}]`;
}

function isScalar(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}
