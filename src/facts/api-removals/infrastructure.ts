import type { ApiRemoval } from "../api-removals.ts";
import { lifecycle, tags } from "./sources.ts";

/** Network, storage, devices, nodes and events. Minors are those of 1.x. */
export const infrastructureRemovals: readonly ApiRemoval[] = [
  { group: "discovery.k8s.io", version: "v1beta1", kinds: ["EndpointSlice"], introduced: 16, deprecated: 21, removed: 25, replacement: { group: "discovery.k8s.io", version: "v1", since: 21 }, source: lifecycle },
  { group: "events.k8s.io", version: "v1beta1", kinds: ["Event"], introduced: 8, deprecated: 22, removed: 25, replacement: { group: "events.k8s.io", version: "v1", since: 19 }, note: "several fields have other names in v1", source: lifecycle },
  { group: "networking.k8s.io", version: "v1alpha1", kinds: ["ClusterCIDR"], introduced: 25, deprecated: 28, removed: 29, announced: 31, source: lifecycle },
  { group: "networking.k8s.io", version: "v1alpha1", kinds: ["IPAddress", "ServiceCIDR"], introduced: 27, deprecated: 30, removed: 33, replacement: { group: "networking.k8s.io", version: "v1", since: 33 }, source: lifecycle },
  { group: "networking.k8s.io", version: "v1beta1", kinds: ["IPAddress", "ServiceCIDR"], introduced: 31, deprecated: 34, removed: 37, replacement: { group: "networking.k8s.io", version: "v1", since: 33 }, source: lifecycle },
  { group: "networking.k8s.io", version: "v1beta1", kinds: ["Ingress"], introduced: 14, deprecated: 19, removed: 22, replacement: { group: "networking.k8s.io", version: "v1", since: 19 }, note: "the backend fields have another shape in v1, and pathType has to be given", source: lifecycle },
  { group: "networking.k8s.io", version: "v1beta1", kinds: ["IngressClass"], introduced: 18, deprecated: 19, removed: 22, replacement: { group: "networking.k8s.io", version: "v1", since: 19 }, source: lifecycle },
  { group: "node.k8s.io", version: "v1beta1", kinds: ["RuntimeClass"], introduced: 13, deprecated: 22, removed: 25, replacement: { group: "node.k8s.io", version: "v1", since: 20 }, source: lifecycle },
  { group: "resource.k8s.io", version: "v1alpha3", kinds: ["DeviceClass", "ResourceClaim", "ResourceClaimTemplate", "ResourceSlice"], introduced: 31, deprecated: 34, removed: 34, announced: 37, replacement: { group: "resource.k8s.io", version: "v1beta1", since: 32 }, source: lifecycle },
  { group: "resource.k8s.io", version: "v1alpha3", kinds: ["DeviceTaintRule"], introduced: 33, deprecated: 36, removed: 39, replacement: { group: "resource.k8s.io", version: "v1", since: 37 }, source: lifecycle },
  { group: "resource.k8s.io", version: "v1alpha3", kinds: ["ResourcePoolStatusRequest"], introduced: 36, deprecated: 39, removed: 42, source: lifecycle },
  { group: "resource.k8s.io", version: "v1beta1", kinds: ["DeviceClass", "ResourceClaim", "ResourceClaimTemplate", "ResourceSlice"], introduced: 32, deprecated: 35, removed: 38, replacement: { group: "resource.k8s.io", version: "v1", since: 34 }, source: lifecycle },
  { group: "resource.k8s.io", version: "v1beta2", kinds: ["DeviceClass", "ResourceClaim", "ResourceClaimTemplate", "ResourceSlice"], introduced: 33, deprecated: 36, removed: 39, replacement: { group: "resource.k8s.io", version: "v1", since: 34 }, source: lifecycle },
  { group: "resource.k8s.io", version: "v1beta2", kinds: ["DeviceTaintRule"], introduced: 36, deprecated: 39, removed: 42, replacement: { group: "resource.k8s.io", version: "v1", since: 37 }, source: lifecycle },
  { group: "storage.k8s.io", version: "v1alpha1", kinds: ["CSIStorageCapacity"], introduced: 19, deprecated: 21, removed: 24, replacement: { group: "storage.k8s.io", version: "v1beta1", since: 21 }, source: lifecycle },
  { group: "storage.k8s.io", version: "v1alpha1", kinds: ["VolumeAttachment"], introduced: 9, deprecated: 21, removed: 24, replacement: { group: "storage.k8s.io", version: "v1", since: 13 }, source: lifecycle },
  { group: "storage.k8s.io", version: "v1alpha1", kinds: ["VolumeAttributesClass"], introduced: 29, deprecated: 32, removed: 35, replacement: { group: "storage.k8s.io", version: "v1", since: 34 }, source: lifecycle },
  { group: "storage.k8s.io", version: "v1beta1", kinds: ["CSIDriver"], introduced: 14, deprecated: 19, removed: 22, replacement: { group: "storage.k8s.io", version: "v1", since: 18 }, source: lifecycle },
  { group: "storage.k8s.io", version: "v1beta1", kinds: ["CSINode"], introduced: 14, deprecated: 17, removed: 22, replacement: { group: "storage.k8s.io", version: "v1", since: 17 }, source: lifecycle },
  { group: "storage.k8s.io", version: "v1beta1", kinds: ["CSIStorageCapacity"], introduced: 21, deprecated: 24, removed: 27, replacement: { group: "storage.k8s.io", version: "v1", since: 24 }, source: lifecycle },
  { group: "storage.k8s.io", version: "v1beta1", kinds: ["StorageClass"], introduced: 4, deprecated: 19, removed: 22, replacement: { group: "storage.k8s.io", version: "v1", since: 6 }, source: lifecycle },
  { group: "storage.k8s.io", version: "v1beta1", kinds: ["VolumeAttachment"], introduced: 10, deprecated: 19, removed: 22, replacement: { group: "storage.k8s.io", version: "v1", since: 13 }, source: lifecycle },
  { group: "storage.k8s.io", version: "v1beta1", kinds: ["VolumeAttributesClass"], introduced: 31, deprecated: 34, removed: 37, replacement: { group: "storage.k8s.io", version: "v1", since: 34 }, source: lifecycle },
  { group: "resource.k8s.io", version: "v1alpha1", kinds: ["ResourceClass", "ResourceClaim", "ResourceClaimTemplate", "PodScheduling"], introduced: 26, removed: 27, replacement: { group: "resource.k8s.io", version: "v1alpha2" }, source: tags },
  { group: "resource.k8s.io", version: "v1alpha2", kinds: ["ResourceClass", "ResourceClaim", "ResourceClaimTemplate", "PodSchedulingContext"], introduced: 27, removed: 31, replacement: { group: "resource.k8s.io", version: "v1alpha3" }, source: tags },
];
