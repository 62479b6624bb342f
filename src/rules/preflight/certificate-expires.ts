import { certificateFacts } from "../../facts/certificates.ts";
import { byText, groupBy } from "../../lib/order.ts";
import { certificateName } from "../../model/certificate.ts";
import { keyOf } from "../../model/meta.ts";
import {
  consequences,
  type DatedCertificate,
  datedCertificates,
  dateWords,
  dayMillis,
  isVital,
  soonMillis,
} from "../certificates.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { definePreflightRule, type FindingDraft, type Preflight } from "../rule.ts";

/**
 * Certificates that have run out at the moment that the cluster shows, or will soon; authorities that end before what they
 * sign now. What runs out in the course of a plan is certificate-lapses'. Source: facts/certificates.ts.
 */
export const certificateExpires = definePreflightRule({
  id: "certificate-expires",
  severity: "warning",
  title: "A certificate has run out, or will soon",
  check: (preflight) => [
    ...leaves(preflight),
    ...(preflight.scope === "plan" ? [] : [...authorities(preflight), ...missing(preflight)]),
    ...bundles(preflight),
  ],
});

/** kubeadm's certificates, node by node: those of one day together. */
function leaves({ cluster, scope }: Preflight): FindingDraft[] {
  const now = cluster.asOf;
  // In a plan the soon ones are judged by its course.
  const until = scope === "plan" ? now : now + soonMillis;
  const own = datedCertificates(cluster).filter(
    ({ isAuthority, expiresAt }) => !isAuthority && expiresAt <= until,
  );
  const groups = groupBy(own, ({ node, expiresAt }) => `${node} ${expiresAt <= now}`);
  return [...groups.values()].map((group) => ofNode(group, now));
}

function ofNode(group: readonly DatedCertificate[], now: number): FindingDraft {
  const [first] = group.toSorted((a, b) => a.expiresAt - b.expiresAt) as [DatedCertificate];
  const isOver = first.expiresAt <= now;
  const names = group.map(({ name }) => name).sort(byText);
  const where = first.node === "" ? "a control-plane node" : first.node;
  return {
    subject: first.node === "" ? "certificates" : first.node,
    ...(isOver && group.some(isVital) ? { severity: "error" as const } : {}),
    weight: isOver ? 640 : 270,
    message: `${counted(group.length, "certificate")} of ${where} (${listed(names)}) ${isOver ? "ran out" : verb(group.length, "runs out", "run out")}${group.length > 1 ? ", the first" : ""} ${dateWords(first.expiresAt, now)}`,
    details: [
      ...consequences(group),
      "Renew: sudo kubeadm certs renew all on each control-plane node, and restart its static pods (step renewCertificates). kubeadm upgrade renews them as well.",
      certificateFacts.source,
    ],
    data: {
      node: first.node,
      certificates: names,
      expires: new Date(first.expiresAt).toISOString(),
      isExpired: isOver,
    },
  };
}

/** Authorities: what they sign now would outlive them. Nothing renews them. */
function authorities({ cluster }: Preflight): FindingDraft[] {
  const now = cluster.asOf;
  const until = now + certificateFacts.leafDays * dayMillis;
  const own = datedCertificates(cluster).filter(
    ({ isAuthority, expiresAt }) => isAuthority && expiresAt <= until,
  );
  return [...groupBy(own, ({ name }) => name)].map(([name, group]) => {
    const at = Math.min(...group.map(({ expiresAt }) => expiresAt));
    const isOver = at <= now;
    return {
      subject: name,
      ...(isOver ? { severity: "error" as const } : {}),
      weight: isOver ? 660 : 280,
      message: `the certificate authority ${name} ${isOver ? "ran" : "runs"} out ${dateWords(at, now)}: nothing renews it, neither kubeadm upgrade nor kubeadm certs renew`,
      details: [
        `What it has signed is not trusted any more then; a leaf certificate is made for ${certificateFacts.leafDays} days.`,
        "A new authority is put beside the old one by hand, and everything that it signed is signed again: plan it as a maintenance of its own.",
        "https://kubernetes.io/docs/tasks/tls/manual-rotation-of-ca-certificates/",
      ],
      data: { authority: name, expires: new Date(at).toISOString(), isExpired: isOver },
    };
  });
}

function missing({ cluster: { certificates = [] } }: Preflight): FindingDraft[] {
  const gone = certificates.filter(({ expiresAt, isExternal }) => expiresAt === undefined && !isExternal);
  if (gone.length === 0) return [];
  return [
    {
      subject: "missing",
      severity: "info",
      weight: 50,
      message: `kubeadm misses ${counted(gone.length, "certificate")}: ${listed(gone.map(certificateName))}`,
      details: ["Where etcd is external, its certificates are elsewhere."],
      data: { certificates: gone.map(certificateName) },
    },
  ];
}

/** Authorities by which the API server trusts webhooks and aggregated APIs. */
function bundles({ cluster, scope }: Preflight): FindingDraft[] {
  const now = cluster.asOf;
  const { WebhookConfiguration, APIService } = cluster.objects;
  const trusts = [
    ...WebhookConfiguration.flatMap((configuration) =>
      configuration.webhooks.map(({ name, caExpiresAt, failurePolicy }) => ({
        subject: `${configuration.kind}/${keyOf(configuration)}/${name}`,
        caExpiresAt,
        isNeeded: failurePolicy === "Fail",
        effect:
          failurePolicy === "Fail" ? "every request that it is asked about is refused" : "it is passed over",
      })),
    ),
    ...APIService.map((service) => ({
      subject: `APIService/${service.name}`,
      caExpiresAt: service.caExpiresAt,
      isNeeded: false,
      effect: "the API server does not trust who serves it, and answers 503",
    })),
  ];
  const until = scope === "plan" ? now : now + soonMillis;
  return trusts.flatMap(({ subject, caExpiresAt, isNeeded, effect }) => {
    if (caExpiresAt === undefined || caExpiresAt > until) return [];
    const isOver = caExpiresAt <= now;
    return [
      {
        subject,
        ...(isOver && isNeeded ? { severity: "error" as const } : {}),
        weight: isOver ? 430 : 190,
        message: `the last authority in its caBundle ${isOver ? "ran" : "runs"} out ${dateWords(caExpiresAt, now)}: ${isOver ? "" : "from then on "}${effect}`,
        details: ["Whoever made it (cert-manager, an operator, a chart) has to put a new bundle there."],
        data: { expires: new Date(caExpiresAt).toISOString(), isExpired: isOver },
      },
    ];
  });
}
