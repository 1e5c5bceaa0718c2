package main

import (
	"bytes"
	"fmt"
	"sort"
	"strings"

	netv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/labels"
)

const table = "chatapp_policy"

func has(p *netv1.NetworkPolicy, t netv1.PolicyType) bool {
	for _, x := range p.Spec.PolicyTypes {
		if x == t {
			return true
		}
	}
	return len(p.Spec.PolicyTypes) == 0 && (t == netv1.PolicyTypeIngress || len(p.Spec.Egress) > 0)
}

// build gives the whole nft table. In a pod's chain to return is to allow and the end is to drop: accept would end the
// hook and skip the other direction. Priority -5 is after DNAT, so that addresses are those of pods.
func (c *agent) build() string {
	pods, _ := c.pods.List(labels.Everything())
	pols, _ := c.pol.List(labels.Everything())
	sort.Slice(pods, func(i, j int) bool { return pods[i].Status.PodIP < pods[j].Status.PodIP })
	sort.Slice(pols, func(i, j int) bool { return pols[i].Namespace+pols[i].Name < pols[j].Namespace+pols[j].Name })
	var chains bytes.Buffer
	var in, eg []string
	for i, p := range pods {
		if !live(p) || (c.node != "" && p.Spec.NodeName != c.node) {
			continue
		}
		var bi, be bytes.Buffer
		ni, ne := false, false
		for _, np := range pols {
			if np.Namespace != p.Namespace || !sel(&np.Spec.PodSelector).Matches(labels.Set(p.Labels)) {
				continue
			}
			if has(np, netv1.PolicyTypeIngress) {
				ni = true
				for _, r := range np.Spec.Ingress {
					c.rules(&bi, np.Namespace, "saddr", p, r.From, r.Ports)
				}
			}
			if has(np, netv1.PolicyTypeEgress) {
				ne = true
				for _, r := range np.Spec.Egress {
					c.rules(&be, np.Namespace, "daddr", p, r.To, r.Ports)
				}
			}
		}
		if ni {
			fmt.Fprintf(&chains, "  chain in_%d { # %s/%s\n%s    counter drop\n  }\n", i, p.Namespace, p.Name, bi.String())
			in = append(in, fmt.Sprintf("%s : jump in_%d", p.Status.PodIP, i))
		}
		if ne {
			fmt.Fprintf(&chains, "  chain eg_%d { # %s/%s\n%s    counter drop\n  }\n", i, p.Namespace, p.Name, be.String())
			eg = append(eg, fmt.Sprintf("%s : jump eg_%d", p.Status.PodIP, i))
		}
	}
	var w bytes.Buffer
	fmt.Fprintf(&w, "table inet %s\ndelete table inet %s\ntable inet %s {\n%s", table, table, table, chains.String())
	fmt.Fprintf(&w, "  chain forward {\n    type filter hook forward priority -5; policy accept;\n    ct state established,related accept\n")
	if len(eg) > 0 {
		fmt.Fprintf(&w, "    ip saddr vmap { %s }\n", strings.Join(eg, ", "))
	}
	if len(in) > 0 {
		fmt.Fprintf(&w, "    ip daddr vmap { %s }\n", strings.Join(in, ", "))
	}
	fmt.Fprintf(&w, "  }\n")
	if c.subnet != "" {
		fmt.Fprintf(&w, "  chain masq {\n    type nat hook postrouting priority 110; policy accept;\n    ip saddr %s ip daddr != %s masquerade\n  }\n", c.subnet, c.subnet)
	}
	fmt.Fprintf(&w, "}\n")
	return w.String()
}
