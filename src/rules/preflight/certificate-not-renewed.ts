import { certificateFacts } from "../../facts/certificates.ts";
import { dayOf } from "../../lib/day.ts";
import { certificateName } from "../../model/certificate.ts";
import { placedSteps } from "../../plan/selection.ts";
import { datedCertificates } from "../certificates.ts";
import { counted, listed } from "../../lib/counted.ts";
import { definePreflightRule, type FindingDraft, type Preflight } from "../rule.ts";

/**
 * Certificates that an upgrade does not renew, against what it does as a rule: those that somebody else's authority has
 * signed, and all of them where the plan switches that off. Source: facts/certificates.ts.
 */
export const certificateNotRenewed = definePreflightRule({
  id: "certificate-not-renewed",
  severity: "warning",
  title: "Certificates are not renewed by the upgrade",
  check: (preflight) => [...external(preflight), ...switchedOff(preflight)],
});

function external(preflight: Preflight): FindingDraft[] {
  const { cluster, plan, scope } = preflight;
  const renews = placedSteps(cluster, plan).some(
    ({ step }) => step.kind === "upgradeControlPlane" || step.kind === "renewCertificates",
  );
  const own = (cluster.certificates ?? []).filter(
    ({ isExternal, isAuthority }) => isExternal && !isAuthority,
  );
  const authorities = (cluster.certificates ?? []).filter((each) => each.isExternal && each.isAuthority);
  if (own.length + authorities.length === 0 || (scope === "plan" && !renews)) return [];
  const names = [...new Set([...own, ...authorities].map(certificateName))];
  return [
    {
      subject: "external-ca",
      ...(scope === "plan" ? {} : { severity: "info" as const }),
      weight: 240,
      message: `kubeadm renews none of ${counted(names.length, "certificate")} (${listed(names)}): the key of the authority is not on the node`,
      details: [
        "Make new ones by your own authority, from kubeadm certs generate-csr, before they run out, and restart the static pods.",
        ...earliest(preflight, own.map(certificateName)),
        "https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/kubeadm-certs/#external-ca-mode",
      ],
      data: { certificates: names },
    },
  ];
}

/** When the first of these, or of all, runs out. */
function earliest({ cluster }: Preflight, names: readonly string[]): string[] {
  const dated = datedCertificates(cluster).filter(
    (each) => !each.isAuthority && (names.length === 0 || names.includes(certificateName(each))),
  );
  const [first] = dated.toSorted((a, b) => a.expiresAt - b.expiresAt);
  return first ? [`The first runs out on ${dayOf(first.expiresAt)}: ${certificateName(first)}.`] : [];
}

function switchedOff(preflight: Preflight): FindingDraft[] {
  const { cluster, plan } = preflight;
  const steps = placedSteps(cluster, plan).filter(
    ({ step }) => step.kind === "upgradeControlPlane" && step.certificateRenewal === false,
  );
  if (steps.length === 0) return [];
  const nodes = [...new Set(steps.flatMap((each) => each.nodes))];
  return [
    {
      subject: "switched-off",
      weight: 245,
      message: `the upgrade of ${listed(nodes)} leaves the certificates as they are: certificateRenewal is false`,
      details: [
        `kubeadm upgrade renews what it can for ${certificateFacts.leafDays} days unless it is told not to (--certificate-renewal=false).`,
        ...earliest(preflight, []),
        ...(cluster.certificates ? [] : ["When they run out is not known: --certs FILE tells."]),
        certificateFacts.source,
      ],
      data: { nodes },
    },
  ];
}
