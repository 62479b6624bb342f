interface EtcdPatch {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  readonly suffix: "";
}

/** From which patch on etcd may go to its next line. */
export interface EtcdHop {
  readonly line: { readonly major: number; readonly minor: number };
  /** What the upgrade guide asks for. */
  readonly from: EtcdPatch;
  /** Before this patch the upgrade itself may fail. */
  readonly fails: EtcdPatch;
  readonly why: string;
  readonly source: string;
}

/** Where kubeadm has etcd from by default. Source: kubernetes cmd/kubeadm/app/images/images.go, registry.k8s.io. */
export const etcdImage = "registry.k8s.io/etcd";

/**
 * Source: etcd.io, Upgrade etcd from v3.5 to v3.6: at first 3.5.20 (learners that keep members from starting), then 3.5.26
 * (members that were removed come back). A later edition names 3.5.32 (k3s-io/k3s discussion #14908).
 */
export const etcdHops: readonly EtcdHop[] = [
  {
    line: { major: 3, minor: 6 },
    from: { major: 3, minor: 5, patch: 26, suffix: "" },
    fails: { major: 3, minor: 5, patch: 20, suffix: "" },
    why: "Members that were removed once may come back as members that do not answer, and cost the majority; before 3.5.20 a member may refuse to start.",
    source: "https://etcd.io/blog/2025/zombie_members_upgrade/",
  },
];
