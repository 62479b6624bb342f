/**
 * What every object has. Kubernetes' `metadata` is flattened onto the object, so that `pod.name` reads as one says it.
 * All of it is plain readonly data: it is written to traces as it stands.
 */

export type Labels = Readonly<Record<string, string>>;

/** Where an object was read: a file (or `-`), the document or list item in it (from 1), and its first line (from 1). */
export interface Origin {
  readonly file: string;
  readonly document: number;
  readonly line: number;
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller: boolean;
}

export interface ObjectMeta {
  readonly name: string;
  /** Empty for objects without a namespace. */
  readonly namespace: string;
  readonly uid: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly owners: readonly OwnerReference[];
  readonly finalizers: readonly string[];
  /** Epoch milliseconds; undefined where the input has none (manifests). */
  readonly createdAt?: number;
  /** Set once deletion was asked for: when the grace period ends (epoch milliseconds), and its length. */
  readonly deletion?: Deletion;
  readonly generation?: number;
  /** What the API server made the name from, where it made it. */
  readonly generateName?: string;
  /** The API version it was read in, before it was converted. */
  readonly apiVersion: string;
  readonly origin?: Origin;
  /** Who wrote it in API versions that go, where the input tells: other writers are left out. */
  readonly writers?: readonly Writer[];
}

/** A field manager, and the API version that it wrote an object in. */
export interface Writer {
  readonly manager: string;
  readonly apiVersion: string;
  /** When it did so last: epoch milliseconds. */
  readonly at?: number;
}

export interface Deletion {
  readonly at: number;
  readonly graceSeconds: number;
}

/** Names one object: enough to find it and to print it. */
export interface ObjectRef {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** `shop/web`, or `node-7` for an object without a namespace. */
export function keyOf(object: { readonly namespace: string; readonly name: string }): string {
  return object.namespace === "" ? object.name : `${object.namespace}/${object.name}`;
}

export function refOf(object: ObjectMeta & { readonly kind: string }): ObjectRef {
  return { kind: object.kind, namespace: object.namespace, name: object.name };
}

/** `shop/Deployment/web`: the one spelling of a workload or another object in plans, traces and reports. */
export function formatRef(ref: ObjectRef): string {
  return ref.namespace === "" ? `${ref.kind}/${ref.name}` : `${ref.namespace}/${ref.kind}/${ref.name}`;
}

/** Reads what {@link formatRef} prints; undefined if it is not of that shape. */
export function parseRef(text: string): ObjectRef | undefined {
  const parts = text.split("/");
  if (parts.some((part) => part === "")) return undefined;
  if (parts.length === 2) return { kind: parts[0]!, namespace: "", name: parts[1]! };
  if (parts.length === 3) return { kind: parts[1]!, namespace: parts[0]!, name: parts[2]! };
  return undefined;
}

/** The owner reference with `controller: true`, as `metav1.GetControllerOf`. */
export function controllerOf({ owners }: ObjectMeta): OwnerReference | undefined {
  // Asked for every pod of a budget whenever one of them changes: no iterator.
  for (let index = 0; index < owners.length; index++) if (owners[index]!.controller) return owners[index];
  return undefined;
}

/** The value of a label or annotation; safe for every key, also one called `__proto__`. */
export function labelValue(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
