import type { Instructions } from "./instructions.ts";
import { shellWord } from "../lib/shell-word.ts";

/**
 * kubeadm's certificates of one control-plane node renewed by hand, and the static pods restarted that read them only when
 * they start. Source: kubernetes.io, Certificate Management with kubeadm (Manual certificate renewal).
 */
export function renewCertificates(node: string): Instructions {
  const manifests = "/etc/kubernetes/manifests";
  return {
    said: [
      "A kubelet sees a manifest that is gone after at most 20 s. One control-plane node at a time: the next one only when this one answers again.",
      "kubeadm does not renew kubelet.conf, whose certificate the kubelet rotates by itself, and no certificate authority.",
      "admin.conf is new too: copy it to wherever somebody or something uses it.",
    ],
    blocks: [
      {
        where: node === "" ? "On the node" : `On ${node}`,
        language: "sh",
        commands: [
          "sudo kubeadm certs check-expiration",
          "sudo kubeadm certs renew all",
          "sudo mkdir -p /etc/kubernetes/manifests-off",
          ...["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"].flatMap((name) => [
            `sudo mv ${manifests}/${name}.yaml /etc/kubernetes/manifests-off/ && while sudo crictl ps --name '^${name}$' -q | grep -q .; do sleep 1; done`,
            `sudo mv /etc/kubernetes/manifests-off/${name}.yaml ${manifests}/ && until sudo crictl ps --name '^${name}$' -q | grep -q .; do sleep 1; done`,
          ]),
          "sudo install -m 600 -o $(id -u) -g $(id -g) /etc/kubernetes/admin.conf ~/.kube/config",
        ],
      },
    ],
    checks: [
      { command: "sudo kubeadm certs check-expiration", expect: "RESIDUAL TIME of about a year for each" },
      {
        command: `kubectl -n kube-system get pods -l tier=control-plane --field-selector spec.nodeName=${shellWord(node)}`,
        expect: "each of them 1/1 Running",
      },
    ],
  };
}
