import type { ObjectMeta } from "./meta.ts";

/** A version of a custom resource. */
export interface CustomResourceVersion {
  readonly name: string;
  readonly served: boolean;
  /** In this one objects are kept that are written now. */
  readonly storage: boolean;
  readonly deprecated: boolean;
}

export interface CustomResourceDefinition extends ObjectMeta {
  readonly kind: "CustomResourceDefinition";
  readonly group: string;
  readonly names: { readonly kind: string; readonly plural: string };
  readonly versions: readonly CustomResourceVersion[];
  /** Versions in which objects may still be kept: what was once a storage version, until somebody migrated. */
  readonly storedVersions: readonly string[];
  /** Set where a webhook converts between versions. */
  readonly conversion?: {
    readonly service?: { readonly namespace: string; readonly name: string };
    readonly reviewVersions: readonly string[];
  };
}
