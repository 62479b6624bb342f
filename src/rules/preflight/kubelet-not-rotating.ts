import { certificateFacts } from "../../facts/certificates.ts";
import { dayOf } from "../../lib/day.ts";
import { flaggedInstances } from "../../model/flags.ts";
import { dateWords, dayMillis, soonMillis } from "../certificates.ts";
import { counted, listed } from "../../lib/counted.ts";
import { definePreflightRule, type FindingDraft, type Preflight } from "../rule.ts";

/**
 * Kubelets whose client certificates nobody makes anew: by kubelet-config they do not ask, or the controller manager does not
 * sign. Source: facts/certificates.ts; KubeletConfiguration, rotateCertificates (false unless it is set; kubeadm sets it).
 */
export const kubeletNotRotating = definePreflightRule({
  id: "kubelet-not-rotating",
  severity: "warning",
  title: "Kubelets do not get new certificates by themselves",
  check: (preflight) => {
    if (preflight.scope === "plan" && !preflight.target) return [];
    return [...notAsking(preflight), ...notSigned(preflight)];
  },
});

/** Without rotation a certificate ends a year after its node joined: nobody tells when it was replaced since. */
function notAsking({ cluster }: Preflight): FindingDraft[] {
  const kubelet = cluster.configuration?.kubelet;
  if (!kubelet || kubelet.rotateCertificates === true) return [];
  const now = cluster.asOf;
  const joined = cluster.objects.Node.flatMap(({ name, createdAt }) =>
    createdAt === undefined ? [] : [{ name, at: createdAt + certificateFacts.kubeletDays * dayMillis }],
  ).sort((a, b) => a.at - b.at);
  const due = joined.filter(({ at }) => at <= now + soonMillis);
  const [first] = joined;
  return [
    {
      subject: "kubelet-config",
      weight: due.length > 0 ? 290 : 220,
      message: `kubelet-config has rotateCertificates ${kubelet.rotateCertificates === false ? "false" : "not set, which is false"}: a kubelet's client certificate ends ${certificateFacts.kubeletDays} days after its node joined${first ? `, that of ${first.name} ${dateWords(first.at, now)}, if nobody has replaced it` : ""}`,
      details: [
        ...(due.length > 0
          ? [
              `Due by ${dayOf(now + soonMillis)} at the latest: ${counted(due.length, "node")} (${listed(due.map(({ name }) => name))}).`,
            ]
          : []),
        "kubeadm upgrade and kubeadm certs renew do not touch kubelet.conf. Then the node becomes NotReady, and its pods are evicted elsewhere.",
        "On each node: sudo openssl x509 -enddate -noout -in /var/lib/kubelet/pki/kubelet-client-current.pem",
        certificateFacts.rotationSource,
      ],
      data: {
        rotateCertificates: kubelet.rotateCertificates ?? null,
        nodes: due.map(({ name }) => name),
        first: first ? new Date(first.at).toISOString() : null,
      },
    },
  ];
}

/** A controller manager without the authority's key signs nothing: with an external CA, somebody else has to. */
function notSigned({ cluster }: Preflight): FindingDraft[] {
  const managers = flaggedInstances(cluster).filter(({ program }) => program === "kube-controller-manager");
  const without = managers.filter(
    ({ flags }) =>
      flags["cluster-signing-key-file"] === undefined || (flags["controllers"] ?? "").includes("-csrsigning"),
  );
  if (managers.length === 0 || without.length < managers.length) return [];
  return [
    {
      subject: "kube-controller-manager",
      weight: 215,
      message: `kube-controller-manager on ${listed(without.map(({ node }) => node))} signs no certificates: kubelets that ask for new ones wait for another signer`,
      details: [
        "Its --cluster-signing-key-file is not set, or its controllers leave csrsigning out: so it is with an external CA.",
        "kubectl get csr shows who waits.",
        certificateFacts.rotationSource,
      ],
      data: { nodes: without.map(({ node }) => node) },
    },
  ];
}
