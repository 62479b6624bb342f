/**
 * How `kubeadm join --control-plane` adds a member to etcd: from this minor on as a learner, which has no vote until it has
 * copied the data; before that as a member whose vote counts before it runs. Sources: kubernetes/kubernetes PR #120228
 * (EtcdLearnerMode, on by default from 1.29), PR #126374 (always, from 1.32); etcd.io, Learner design.
 */
const learnersFrom = 29;

/** Whether kubeadm of a minor (of 1.x) adds members of etcd as learners, unless somebody has switched that off. */
export function addsLearners(minor: number): boolean {
  return minor >= learnersFrom;
}
