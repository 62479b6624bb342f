import { assumptionDefaults as defaults } from "../../facts/assumption-defaults.ts";
import { type Assumptions, type Duration, fixed } from "../../plan/assumptions.ts";
import type { AssumptionUse } from "../../trace/trace.ts";
import type { Chooser } from "../engine/choice.ts";
import { drawDuration } from "./durations.ts";
import type { UpgradePart } from "./timings.ts";

/** What a report calls each part of an upgrade. */
const partNames: Readonly<Record<UpgradePart, string>> = {
  controlPlane: "control plane upgrade",
  kubelet: "kubelet upgrade",
  controlPlaneKubelet: "kubelet upgrade, control plane",
  controlPlaneJoin: "control plane join",
  addon: "add-on upgrade",
  etcdBackup: "etcd backup",
  managedControlPlane: "control plane upgrade by the provider",
  certificates: "certificate renewal",
  etcdRestore: "etcd restore",
};

const defaultMillis: Readonly<Record<UpgradePart, number>> = {
  controlPlane: defaults.controlPlaneUpgradeMillis,
  kubelet: defaults.workerKubeletMillis,
  controlPlaneKubelet: defaults.controlPlaneKubeletMillis,
  controlPlaneJoin: defaults.controlPlaneJoinMillis,
  addon: defaults.addonUpgradeMillis,
  etcdBackup: defaults.etcdBackupMillis,
  managedControlPlane: defaults.managedControlPlaneMillis,
  certificates: defaults.certificateRenewalMillis,
  etcdRestore: defaults.etcdRestoreMillis,
};

/** How long a part of an upgrade takes, and what of it was assumed: its step's word, the plan's, or a default. */
export function upgradeTiming(
  assumptions: Assumptions,
  chooser: Chooser,
  note: (use: AssumptionUse) => number,
): (part: UpgradePart, label: string, own: Duration | undefined) => number | undefined {
  const { upgrade } = assumptions;
  return (part, label, own) => {
    const said = part === "controlPlaneKubelet" ? (upgrade?.[part] ?? upgrade?.kubelet) : upgrade?.[part];
    const duration = own ?? said;
    const millis = drawDuration({ chooser }, duration ?? fixed(defaultMillis[part]), label);
    if (millis === undefined) return undefined;
    const origin = duration ? "plan" : "default";
    const detail = own ? "duration" : said ? "assumptions" : "default";
    return note({ what: partNames[part], subject: "", millis, origin, detail });
  };
}
