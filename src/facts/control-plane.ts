/**
 * How the instances of one component agree on who works: a lease that its holder renews. An instance that stops does
 * not give it back, so that another one takes over when it has run out. Source: facts/timing.json, leaderElection
 * (k8s.io/component-base config/v1alpha1/defaults.go).
 */
export const leaderElection = { leaseMillis: 15_000, retryMillis: 2_000 } as const;

/**
 * How kubeadm's time on a control-plane node is divided: a share for its checks and for images, the rest evenly among
 * the static pods that it restarts one after another. kubeadm publishes no durations, it only warns that images "might
 * take a minute or two" and each static pod "a minute or longer" (cmd/kubeadm/app/cmd/upgrade/apply.go,
 * cmd/kubeadm/app/phases/upgrade/staticpods.go); the share is Seatrial's own choice.
 */
export const kubeadmPreparationShare = 0.25;
