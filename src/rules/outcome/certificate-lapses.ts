import { certificateFacts } from "../../facts/certificates.ts";
import { dayOf } from "../../lib/day.ts";
import { humanDuration } from "../../lib/duration.ts";
import { byText, groupBy } from "../../lib/order.ts";
import { controlPlaneOf } from "../../model/control-plane.ts";
import {
  consequences,
  type DatedCertificate,
  datedCertificates,
  dateWords,
  isVital,
  soonMillis,
} from "../certificates.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { defineOutcomeRule, type FindingDraft, type Outcome } from "../rule.ts";

/**
 * Certificates that run out while the plan goes on, or soon after it, and that no step before renews. Source:
 * facts/certificates.ts.
 */
export const certificateLapses = defineOutcomeRule({
  id: "certificate-lapses",
  severity: "error",
  title: "A certificate runs out while the plan goes on",
  check: (outcome) => {
    const left = datedCertificates(outcome.cluster).filter((each) => isLeft(outcome, each));
    const { asOf } = outcome.cluster;
    const end = asOf + outcome.analysis.endMillis;
    const within = left.filter(({ expiresAt }) => expiresAt > asOf && expiresAt <= end);
    const after = left.filter(({ expiresAt }) => expiresAt > end && expiresAt <= end + soonMillis);
    return [
      ...byNode(within).map((group) => lapses(outcome, group)),
      ...byNode(after).map((group) => soonAfter(outcome, group)),
      ...renewed(outcome),
    ];
  },
});

function byNode(certificates: readonly DatedCertificate[]): DatedCertificate[][] {
  const sorted = certificates.toSorted((a, b) => a.expiresAt - b.expiresAt);
  return [
    ...groupBy(sorted, ({ node, name, isAuthority }) => (isAuthority ? `ca ${name}` : node)).values(),
  ].map((group) => [...group]);
}

/** When the certificates of each node were renewed, in milliseconds since t = 0. */
function renewals({ trace }: Outcome): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const event of trace.events)
    if (event.kind === "certificates.renewed" && !times.has(event.node)) times.set(event.node, event.time);
  return times;
}

/** Whether it stays as it is until it runs out. One of an unknown node is renewed with the last node. */
function isLeft(outcome: Outcome, { node, isAuthority, isExternal, expiresAt }: DatedCertificate): boolean {
  if (isAuthority || isExternal) return true;
  const times = renewals(outcome);
  const nodes = node === "" ? controlPlaneOf(outcome.cluster).nodes : [node];
  const at = nodes.map((each) => times.get(each));
  const isRenewed =
    at.length > 0 && at.every((each) => each !== undefined && outcome.cluster.asOf + each < expiresAt);
  return !isRenewed;
}

function subjectOf({ node, name, isAuthority }: DatedCertificate): string {
  return isAuthority ? name : node === "" ? "certificates" : node;
}

function lapses(outcome: Outcome, group: readonly DatedCertificate[]): FindingDraft {
  const { cluster, trace } = outcome;
  const first = group[0]!;
  const at = first.expiresAt - cluster.asOf;
  const names = [...new Set(group.map(({ name }) => name))].sort(byText);
  const events = trace.events.flatMap((event, number) =>
    event.kind === "certificate.lapsed" && event.node === first.node && names.includes(event.name)
      ? [number]
      : [],
  );
  const where = first.isAuthority ? "authority" : first.node === "" ? "a control-plane node" : first.node;
  const vital = group.some(isVital);
  return {
    subject: subjectOf(first),
    ...(vital ? {} : { severity: "warning" as const }),
    at,
    events,
    weight: vital ? 870 : 260,
    message: `${counted(group.length, "certificate")} of ${where} (${listed(names)}) ${verb(group.length, "runs out", "run out")} after ${humanDuration(at)}, on ${dayOf(first.expiresAt)}, in the middle of the plan, and no step before renews ${verb(group.length, "it", "them")}`,
    details: [
      ...consequences(group),
      ...(first.isAuthority
        ? [
            "Nothing renews an authority: what it has signed is not trusted any more from then on. That is not rehearsed.",
          ]
        : [
            "Put a step renewCertificates for each control-plane node before that moment, or go faster: each kubeadm upgrade renews those of its node.",
          ]),
      ...(first.node === "" && !first.isAuthority
        ? ["On which node it is was not said (--certs NODE=FILE): what stops is not rehearsed."]
        : []),
      certificateFacts.source,
    ],
    data: {
      node: first.node,
      certificates: names,
      atSeconds: at / 1_000,
      expires: new Date(first.expiresAt).toISOString(),
    },
  };
}

function soonAfter({ cluster, analysis }: Outcome, group: readonly DatedCertificate[]): FindingDraft {
  const first = group[0]!;
  const names = [...new Set(group.map(({ name }) => name))].sort(byText);
  const end = cluster.asOf + analysis.endMillis;
  return {
    subject: subjectOf(first),
    severity: "warning",
    weight: 255,
    message: `${counted(group.length, "certificate")} ${first.isAuthority ? "of an authority" : `of ${first.node === "" ? "a control-plane node" : first.node}`} (${listed(names)}) ${verb(group.length, "runs out", "run out")} soon after the plan, ${dateWords(first.expiresAt, end)}, and nothing in it renews ${verb(group.length, "it", "them")}`,
    details: [...consequences(group), certificateFacts.source],
    data: { node: first.node, certificates: names, expires: new Date(first.expiresAt).toISOString() },
  };
}

/** What the plan renews on its way: what was copied from it elsewhere stays as it was. */
function renewed(outcome: Outcome): FindingDraft[] {
  const { cluster } = outcome;
  const nodes = [...renewals(outcome).keys()];
  const own = datedCertificates(cluster).filter(
    ({ node, isAuthority, isExternal }) => nodes.includes(node) && !isAuthority && !isExternal,
  );
  if (own.length === 0) return [];
  const first = Math.min(...own.map(({ expiresAt }) => expiresAt));
  return [
    {
      subject: "renewed",
      severity: "info",
      weight: 45,
      message: `the plan renews ${counted(own.length, "certificate")} of ${listed(nodes)}, of which the first would run out on ${dayOf(first)}`,
      details: [
        "kubeadm upgrade does so for each node that it upgrades; kubelet.conf and the authorities stay as they are.",
        "Copies of admin.conf elsewhere (a workstation, a CI job) end when they would have: copy the new one.",
      ],
      data: { nodes, certificates: own.length, first: new Date(first).toISOString() },
    },
  ];
}
