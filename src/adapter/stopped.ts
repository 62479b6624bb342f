/** Why a run cannot go on for now; whatever it has done stands in its journal. */
export type StopReason =
  /** The plan is over: what was waited for besides is of no interest any more. */
  | { readonly kind: "over" }
  /** Somebody asked for it: Ctrl-C, or a signal. */
  | { readonly kind: "asked"; readonly signal: string }
  /** The credentials are not taken, or not any more. */
  | { readonly kind: "unauthorized"; readonly message: string }
  /** A right is missing. */
  | { readonly kind: "forbidden"; readonly right: MissingRight; readonly message: string }
  | { readonly kind: "certificate"; readonly message: string }
  | { readonly kind: "credentials"; readonly message: string }
  /** The API server has not answered for too long. */
  | { readonly kind: "silence"; readonly message: string; readonly millis: number }
  /** The API server answers, and not with what is needed. */
  | { readonly kind: "unreadable"; readonly message: string }
  /** Another run holds the lease now. */
  | { readonly kind: "lease"; readonly holder: string }
  /** The journal cannot be written, so nothing may be done. */
  | { readonly kind: "journal"; readonly message: string }
  /** The cluster is not any more as it was rehearsed. */
  | { readonly kind: "drift"; readonly step: string; readonly lines: readonly string[] }
  /** These alerts fire, and the plan says that no node is begun beside them. */
  | { readonly kind: "alert"; readonly node: string; readonly alerts: readonly string[] }
  /** Whether an alert fires cannot be known. */
  | { readonly kind: "prometheus"; readonly node: string; readonly message: string }
  /** Nothing may be begun before this moment, and the plan says to stop then. */
  | { readonly kind: "window"; readonly at: string }
  /** A person said no, or nobody was there to ask. */
  | { readonly kind: "refused"; readonly step: string; readonly message: string }
  /** A person has to do something, or to agree, and nobody is there; `flags` is how to go on once that is so. */
  | {
      readonly kind: "person";
      readonly step: string;
      readonly message: string;
      readonly flags: string;
    };

/** What the API server's authorizer says is missing. */
export interface MissingRight {
  readonly verb: string;
  /** `pods/eviction`; a path such as `/readyz` where it is about none. */
  readonly resource: string;
  readonly group: string;
  /** Empty at the scope of the cluster. */
  readonly namespace: string;
}

/** Ends a run from wherever it is; thrown inside the adapter, and caught where the run is waited for. */
export class Stopped extends Error {
  override readonly name = "Stopped";
  readonly reason: StopReason;

  constructor(reason: StopReason) {
    super(reason.kind);
    this.reason = reason;
  }
}

/**
 * The right whose lack this refusal is; undefined where something else refused (an admission webhook, a namespace that
 * goes). Source: k8s.io/apiserver pkg/endpoints/handlers/responsewriters/errors.go, ForbiddenMessage.
 */
export function missingRight(message: string): MissingRight | undefined {
  const found =
    / cannot (\S+) resource "([^"]+)" in API group "([^"]*)"(?: in the namespace "([^"]+)")?/.exec(message);
  const path = / cannot (\S+) path "([^"]+)"/.exec(message);
  if (path) return { verb: path[1] ?? "", resource: path[2] ?? "", group: "", namespace: "" };
  if (!found) return undefined;
  const [, verb = "", resource = "", group = "", namespace = ""] = found;
  return { verb, resource, group, namespace };
}
