import { admissionRemovals } from "./api-removals/admission.ts";
import { infrastructureRemovals } from "./api-removals/infrastructure.ts";
import { workloadsRemovals } from "./api-removals/workloads.ts";

/**
 * API versions that Kubernetes no longer serves, or has said that it will not. Sources stand in each row; as known of
 * k8s.io/api v0.37.0-beta.0 (2026-07-24). Removals after the newest release are announcements: they have been moved
 * before. Kinds of custom resources are not covered.
 */
export interface ApiRemoval {
  /** Empty: the core group. */
  readonly group: string;
  readonly version: string;
  readonly kinds: readonly string[];
  /** Minors of 1.x. */
  readonly introduced?: number;
  /** From here on the API server warns. */
  readonly deprecated?: number;
  /** The first minor that does not serve it. */
  readonly removed: number;
  /** The minor of which the metadata says it, where it went earlier than that. */
  readonly announced?: number;
  readonly replacement?: ApiReplacement;
  /** Where the replacement is itself removed by now: what stays. */
  readonly final?: ApiReplacement;
  /** False: a request or a review, of which nothing is kept. */
  readonly isStored?: false;
  /** What is different in the replacement, beyond the name. */
  readonly note?: string;
  readonly source: string;
}

export interface ApiReplacement {
  readonly group: string;
  readonly version: string;
  /** Where it is another kind. */
  readonly kind?: string;
  /** The first minor that serves it; undefined: not known. */
  readonly since?: number;
}

/** All rows, by group and version. */
export const apiRemovals: readonly ApiRemoval[] = [
  ...workloadsRemovals,
  ...admissionRemovals,
  ...infrastructureRemovals,
];

const byName = new Map(
  apiRemovals.flatMap((row) => row.kinds.map((kind) => [`${apiVersionOf(row)} ${kind}`, row])),
);

const versionedKinds: ReadonlySet<string> = new Set(apiRemovals.flatMap(({ kinds }) => kinds));

/** Whether a kind of this name was ever served in a version that went, or is to go: its objects are worth a name. */
export function isVersionedKind(kind: string): boolean {
  return versionedKinds.has(kind);
}

const oldVersions: ReadonlySet<string> = new Set(apiRemovals.map(apiVersionOf));

/** Whether some kind in this version (`policy/v1beta1`) is gone, or is to go. */
export function isOldVersion(apiVersion: string): boolean {
  return oldVersions.has(apiVersion);
}

/** The first minor that serves a replacement, where it is not in a row of its own. */
const servedSince = new Map(
  apiRemovals.flatMap(({ kinds, replacement, final }) =>
    [replacement, final].flatMap((each) =>
      each?.since === undefined
        ? []
        : kinds.map((kind): [string, number] => [`${apiVersionOf(each)} ${each.kind ?? kind}`, each.since!]),
    ),
  ),
);

/** `policy/v1beta1`; `v1` for the core group. */
export function apiVersionOf({
  group,
  version,
}: {
  readonly group: string;
  readonly version: string;
}): string {
  return group === "" ? version : `${group}/${version}`;
}

/** What is known of the end of this kind in this version; undefined: it is served, as far as is known. */
export function apiRemovalOf(apiVersion: string, kind: string): ApiRemoval | undefined {
  return byName.get(`${apiVersion} ${kind}`);
}

/** What stays of a kind at a minor: the replacement, or what came after it where that is gone too. */
export function apiReplacementAt(row: ApiRemoval, kind: string, minor: number): ApiReplacement | undefined {
  const { replacement, final } = row;
  if (!replacement) return undefined;
  const next = apiRemovalOf(apiVersionOf(replacement), replacement.kind ?? kind);
  if (!next || next.removed > minor) return replacement;
  return final ?? apiReplacementAt(next, replacement.kind ?? kind, minor);
}

/** The first 1.x minor that serves this kind in this version; undefined: all that are looked at, as far as is known. */
export function apiServedSince(apiVersion: string, kind: string): number | undefined {
  return apiRemovalOf(apiVersion, kind)?.introduced ?? servedSince.get(`${apiVersion} ${kind}`);
}

/**
 * Components that write in the versions that they know, by the name that they have in managedFields: they follow the
 * cluster. Source: kubernetes cmd/, the user agents of the components (client-go rest.DefaultKubernetesUserAgent).
 */
export const clusterWriters: ReadonlySet<string> = new Set([
  "cloud-controller-manager",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kubelet",
]);

/**
 * Kinds that components of the cluster write by themselves, in the newest version that they know: how they were read
 * tells nothing about anybody's manifests. Source: kubernetes pkg/controller, pkg/kubelet, pkg/registry/flowcontrol.
 */
export const writtenByTheCluster: ReadonlySet<string> = new Set([
  "CSINode",
  "CSIStorageCapacity",
  "CertificateSigningRequest",
  "ControllerRevision",
  "EndpointSlice",
  "Event",
  "FlowSchema",
  "IPAddress",
  "Lease",
  "LeaseCandidate",
  "PriorityLevelConfiguration",
  "ResourceSlice",
  "VolumeAttachment",
]);

/**
 * Versions that an API server serves only where --runtime-config says so: all of alpha, and betas that are newer than
 * this minor, unless the beta has an older one that was on. Source: KEP-3136; flowcontrol v1beta3 is such an exception
 * (kubernetes/kubernetes pkg/controlplane/instance.go, DefaultAPIResourceConfigSource).
 */
const betasOffSince = 24;
const stillOn: ReadonlySet<string> = new Set(["flowcontrol.apiserver.k8s.io/v1beta3"]);

/** Whether an API server does not serve this kind in this version by itself. */
export function isOffByDefault(apiVersion: string, kind: string): boolean {
  const row = apiRemovalOf(apiVersion, kind);
  if (!row || row.isStored === false || stillOn.has(apiVersion)) return false;
  if (row.version.includes("alpha")) return true;
  return row.version.includes("beta") && (row.introduced ?? 0) >= betasOffSince;
}
