package main

import (
	"bytes"
	"fmt"
	"strings"

	v1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
)

func sel(s *metav1.LabelSelector) labels.Selector {
	x, err := metav1.LabelSelectorAsSelector(s)
	if err != nil {
		return labels.Nothing()
	}
	return x
}

func live(p *v1.Pod) bool {
	return p.Status.PodIP != "" && !p.Spec.HostNetwork && p.Status.Phase != v1.PodSucceeded && p.Status.Phase != v1.PodFailed
}

// peerPods lists the pods that a peer names: no namespace selector means this namespace, no pod selector every pod.
func (c *agent) peerPods(ns string, peer netv1.NetworkPolicyPeer) []*v1.Pod {
	spaces := []string{ns}
	if peer.NamespaceSelector != nil {
		spaces = nil
		l, _ := c.ns.List(sel(peer.NamespaceSelector))
		for _, n := range l {
			spaces = append(spaces, n.Name)
		}
	}
	ps := labels.Everything()
	if peer.PodSelector != nil {
		ps = sel(peer.PodSelector)
	}
	var out []*v1.Pod
	for _, n := range spaces {
		l, _ := c.pods.Pods(n).List(ps)
		for _, p := range l {
			if live(p) {
				out = append(out, p)
			}
		}
	}
	return out
}

func named(p *v1.Pod, name string, proto v1.Protocol) (int32, bool) {
	for _, k := range p.Spec.Containers {
		for _, cp := range k.Ports {
			cpp := cp.Protocol
			if cpp == "" {
				cpp = v1.ProtocolTCP
			}
			if cp.Name == name && cpp == proto {
				return cp.ContainerPort, true
			}
		}
	}
	return 0, false
}

// portMatches gives nft expressions for the ports ("": any). The target's containers give named ports their numbers;
// without a target they match nothing.
func portMatches(ports []netv1.NetworkPolicyPort, target *v1.Pod) []string {
	if len(ports) == 0 {
		return []string{""}
	}
	var out []string
	for _, p := range ports {
		proto := v1.ProtocolTCP
		if p.Protocol != nil {
			proto = *p.Protocol
		}
		l4 := strings.ToLower(string(proto))
		switch {
		case p.Port == nil:
			out = append(out, "meta l4proto "+l4)
		case p.Port.Type == intstr.String:
			if target != nil {
				if n, ok := named(target, p.Port.StrVal, proto); ok {
					out = append(out, fmt.Sprintf("%s dport %d", l4, n))
				}
			}
		case p.EndPort != nil:
			out = append(out, fmt.Sprintf("%s dport %d-%d", l4, p.Port.IntVal, *p.EndPort))
		default:
			out = append(out, fmt.Sprintf("%s dport %d", l4, p.Port.IntVal))
		}
	}
	return out
}

// rules writes what one allow-rule lets through, for the chain of the pod self: dir is "saddr" (ingress) or "daddr" (egress).
func (c *agent) rules(w *bytes.Buffer, ns, dir string, self *v1.Pod, peers []netv1.NetworkPolicyPeer, ports []netv1.NetworkPolicyPort) {
	put := func(addr string, target *v1.Pod) {
		for _, m := range portMatches(ports, target) {
			fmt.Fprintf(w, "    %s %s return\n", addr, m)
		}
	}
	tgt := self
	if dir == "daddr" {
		tgt = nil
	}
	if len(peers) == 0 {
		put("", tgt)
		return
	}
	for _, peer := range peers {
		if b := peer.IPBlock; b != nil {
			a := "ip " + dir + " " + b.CIDR
			if len(b.Except) > 0 {
				a += " ip " + dir + " != { " + strings.Join(b.Except, ", ") + " }"
			}
			if !strings.Contains(b.CIDR, ":") {
				put(a, tgt)
			}
			continue
		}
		for _, p := range c.peerPods(ns, peer) {
			t := tgt
			if dir == "daddr" {
				t = p
			}
			put("ip "+dir+" "+p.Status.PodIP, t)
		}
	}
}
