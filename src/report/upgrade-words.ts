import { humanDuration } from "../lib/duration.ts";
import { unreachable } from "../lib/assert.ts";
import type { EventBase, TraceEvent } from "../trace/event.ts";
import type { UpgradeEvent } from "../trace/upgrade-event.ts";

/** Whether an event is about the control plane or a component's version. */
export function isUpgradeEvent(event: TraceEvent): event is EventBase & UpgradeEvent {
  return /^(upgrade|component|leader|api|etcd|certificate|certificates)\./.test(event.kind);
}

const awayWords = {
  "no-quorum": "the API is away: etcd has no majority",
  "no-server": "the API is away: no API server runs",
  managed: "the API is away: its provider upgrades it",
} as const;

/** What happened to the control plane or to a component's version, as one line. Names are not escaped yet. */
export function upgradeWords(event: UpgradeEvent): string {
  switch (event.kind) {
    case "upgrade.started":
      if (event.what === "managed") return `the provider brings the control plane to ${event.to}`;
      if (event.what === "join") return `${event.node}: kubeadm join --control-plane, at ${event.to}`;
      if (event.what === "certificates") return `${event.node}: kubeadm certs renew all`;
      return event.what === "kubelet"
        ? `${event.node}: its kubelet is to be ${event.to}`
        : `${event.node}: kubeadm upgrade ${event.what}, to ${event.to}`;
    case "component.down":
      return `${event.component} on ${event.node} stops, to start anew`;
    case "component.upgraded": {
      const where = event.node === "" ? "" : ` on ${event.node}`;
      return `${event.component}${where} is ${event.to}${event.from === "" ? "" : `, and was ${event.from}`}`;
    }
    case "leader.lost":
      return `${event.component} has no leader: the one on ${event.node} is away`;
    case "leader.elected":
      return `${event.component} has a leader again: the one on ${event.node}`;
    case "api.down":
      return awayWords[event.reason];
    case "api.up":
      return "the API is back";
    case "etcd.members": {
      const needed = Math.floor(event.members / 2) + 1;
      return `etcd: ${event.healthy} of ${event.members} healthy, ${needed} needed`;
    }
    case "etcd.learning":
      return `etcd: ${event.node} copies the data, without a vote`;
    case "etcd.memberAdded":
      return `etcd: ${event.node} is a member`;
    case "etcd.memberRemoved":
      return `etcd: ${event.node} is no member any more`;
    case "etcd.backedUp":
      return "etcd is backed up";
    case "component.up":
      return `${event.component} on ${event.node} runs again`;
    case "certificate.lapsed":
      return `${event.name} of ${event.node} has run out`;
    case "certificates.renewed":
      return `${event.node}: the certificates are renewed`;
    case "etcd.restoring":
      return `etcd is restored from ${event.backup}: all API servers stop`;
    case "etcd.restored":
      return `etcd holds what it held when ${event.backup} was taken, after ${humanDuration(event.takenAt)}`;
    default:
      return unreachable(event);
  }
}
