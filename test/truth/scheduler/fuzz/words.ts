/** What generated clusters are made of: few words, so that things meet. */
export const namespaces = ["default", "shop", "team-a", "team-b"] as const;
export const apps = ["web", "db", "cache", "api"] as const;
export const tiers = ["front", "back", ""] as const;
export const zones = ["z1", "z2", "z3"] as const;
export const racks = ["r1", "r2"] as const;
export const nodeLabelKeys = ["disk", "gen", "pool", "kubernetes.io/os", "example.com/gpu-kind"] as const;
export const topologyKeys = [
  "kubernetes.io/hostname",
  "topology.kubernetes.io/zone",
  "topology.kubernetes.io/region",
  "rack",
  "pool",
] as const;
export const taintKeys = ["dedicated", "spot", "maintenance", "node.kubernetes.io/unschedulable"] as const;
export const images = [
  "nginx",
  "nginx:1.27",
  "registry.example:5000/app/web",
  "registry.example:5000/app/web:v2",
  "docker.io/library/redis@sha256:0123456789012345678901234567890123456789012345678901234567890123",
  "busybox:latest",
] as const;
export const extended = [
  "example.com/gpu",
  "nvidia.com/gpu",
  "hugepages-2Mi",
  "attachable-volumes-csi-x",
  "kubernetes.io/native",
] as const;
export const storageClasses = ["fast", "local", "immediate", "csi", "limited", "gone"] as const;
export const drivers = ["csi.example.com", "limited.example.com"] as const;
