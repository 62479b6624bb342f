import { describe, expect, test } from "vitest";
import { commandLineOf, keptCommand } from "../../src/read/flags.ts";
import { flagValue } from "../../src/model/flags.ts";
import { clusterOf, pod } from "../support/objects.ts";

const manager = "kube-controller-manager";
const image = "registry.k8s.io/pause:3.9";

describe("a command line of the control plane", () => {
  test.each([
    ["--name=value", [manager, "--node-monitor-grace-period=20s"], []],
    ["the value apart", [manager, "--node-monitor-grace-period", "20s"], []],
    [
      "a path, and the flags as arguments",
      [`/usr/local/bin/${manager}`],
      ["--node-monitor-grace-period=20s"],
    ],
    ["hyperkube", ["/hyperkube", "controller-manager"], ["--node-monitor-grace-period=20s"]],
    ["underscores, as pflag takes them", [manager, "--node_monitor_grace_period=20s"], []],
    [
      "the last one counts",
      [manager, "--node-monitor-grace-period=1m", "--node-monitor-grace-period=20s"],
      [],
    ],
    [
      "a flag without a value before it",
      [manager, "--v", "2", "--leader-elect", "--node-monitor-grace-period=20s"],
      [],
    ],
  ])("%s", (_, command, args) => {
    expect(commandLineOf({ image, command, args })).toEqual({
      program: manager,
      flags: { "node-monitor-grace-period": "20s" },
    });
  });

  test("without a command the image's entry point runs", () => {
    const line = {
      image: "registry.k8s.io/kube-scheduler:v1.33.4",
      command: [],
      args: ["--config=/etc/s.yaml"],
    };
    expect(commandLineOf(line)).toEqual({ program: "kube-scheduler", flags: { config: "/etc/s.yaml" } });
  });

  test("flags that add up are joined, others are left where they are", () => {
    const command = [
      "kube-apiserver",
      "--feature-gates=A=true",
      "--token-auth-file=/t",
      "--feature-gates=B=false",
    ];
    expect(commandLineOf({ image, command, args: [] })?.flags).toEqual({ "feature-gates": "A=true,B=false" });
    expect(keptCommand({ image, command, args: [] })).toEqual([
      "kube-apiserver",
      "--feature-gates=A=true,B=false",
    ]);
  });

  test("a shell script and another program tell nothing", () => {
    const script = ["/bin/sh", "-c", `exec ${manager} --node-monitor-grace-period=20s`];
    expect(commandLineOf({ image, command: script, args: [] })).toBeUndefined();
    expect(
      commandLineOf({ image: "nginx:1", command: [], args: ["--node-monitor-grace-period=1s"] }),
    ).toBeUndefined();
  });
});

test("a program of that name in somebody's namespace is not the cluster's", () => {
  const own = (ref: string, value: string) =>
    pod(ref, "cp-1", {
      spec: { containers: [{ name: "a", image, command: [manager, `--node-monitor-period=${value}`] }] },
    });
  const cluster = clusterOf(own("vcluster/kcm", "1s"), own("kube-system/kcm-cp-1", "3s"));
  expect(flagValue(cluster, manager, "node-monitor-period")).toEqual({
    value: "3s",
    origin: "flag",
    detail: `flag of ${manager} on cp-1`,
  });
});
