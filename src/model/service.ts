import type { ObjectMeta } from "./meta.ts";
import type { LabelSelector } from "./selector.ts";

export interface Service extends ObjectMeta {
  readonly kind: "Service";
  readonly type: "ClusterIP" | "NodePort" | "LoadBalancer" | "ExternalName";
  /** Undefined: somebody else writes its endpoints. */
  readonly selector?: LabelSelector;
  readonly publishNotReadyAddresses: boolean;
  readonly externalTrafficPolicy: "Cluster" | "Local";
  readonly isHeadless: boolean;
  /** Addresses that it is reachable at besides, where it has any. */
  readonly externalIPs?: readonly string[];
}

/** One address behind a Service, from an EndpointSlice or the older Endpoints object. */
export interface Endpoint {
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly nodeName: string;
  /** The pod behind it, where it is one. */
  readonly podName: string;
}

export interface EndpointSlice extends ObjectMeta {
  readonly kind: "EndpointSlice";
  /** The Service it belongs to (label `kubernetes.io/service-name`, or the name of an Endpoints object). */
  readonly serviceName: string;
  readonly endpoints: readonly Endpoint[];
}
