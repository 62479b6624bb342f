import { expect, test } from "vitest";
import { packageManagerOf } from "../../src/facts/node-systems.ts";

test.each([
  ["Ubuntu 22.04.3 LTS", "apt"],
  ["Debian GNU/Linux 12 (bookworm)", "apt"],
  ["Red Hat Enterprise Linux 9.4 (Plow)", "dnf"],
  ["Rocky Linux 9.3 (Blue Onyx)", "dnf"],
  ["AlmaLinux 8.9 (Midnight Oncilla)", "dnf"],
  ["CentOS Stream 9", "dnf"],
  ["Oracle Linux Server 8.8", "dnf"],
  ["Fedora Linux 40 (Server Edition)", "dnf"],
  ["Fedora Linux 42 (Cloud Edition)", "dnf5"],
  ["Amazon Linux 2023.4.20240401", "dnf"],
  ["Amazon Linux 2", "yum"],
  ["CentOS Linux 7 (Core)", "yum"],
  ["Red Hat Enterprise Linux Server 7.9 (Maipo)", "yum"],
  ["SUSE Linux Enterprise Server 15 SP5", "zypper"],
  ["openSUSE Leap 15.5", "zypper"],
])("%s: %s", (osImage, manager) => {
  expect(packageManagerOf(osImage)).toBe(manager);
});

test.each([
  "Flatcar Container Linux by Kinvolk 3602.2.1 (Oklo)",
  "Red Hat Enterprise Linux CoreOS 414.92.202310210434-0 (Plow)",
  "Fedora CoreOS 40.20240504.3.0",
  "Container-Optimized OS from Google",
  "Bottlerocket OS 1.19.4 (aws-k8s-1.29)",
  "Talos (v1.7.0)",
  "openSUSE MicroOS",
  "Windows Server 2022 Datacenter",
  "",
])("%s: no package manager that is known", (osImage) => {
  expect(packageManagerOf(osImage)).toBeUndefined();
});
