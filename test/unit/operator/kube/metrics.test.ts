import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Metrics } from '../../../../operator/kube/metrics.ts';

describe('metrics', () => {
  it('exist at 0 before anything happens', async () => {
    const metrics = new Metrics();
    metrics.requests('api:6443');
    metrics.leader('toy');
    metrics.applies(['configmaps']);
    metrics.reflector('configmaps');
    const text = await metrics.text();
    for (const series of [
      'rest_client_requests_total{code="429",method="PATCH",host="api:6443"}',
      'rest_client_requests_total{code="<error>",method="GET",host="api:6443"}',
      'rest_client_request_duration_seconds_count{verb="GET",host="api:6443"}',
      'leader_election_master_status{name="toy"}',
      'kube_applies_total{resource="configmaps",action="removed"}',
      'kube_lists_total{resource="configmaps"}',
    ]) {
      assert.ok(text.split('\n').includes(`${series} 0`), `${series} is missing`);
    }
  });

  it('count what they are told, and look at running work when asked', async () => {
    const metrics = new Metrics();
    const observer = metrics.controller(
      'toy',
      2,
      () =>
        new Map([
          ['a', 1_000],
          ['b', 4_000],
        ]),
      () => 5_000,
    );
    observer.reconciled('terminal', 0.2);
    observer.reconciled('error', 0.2);
    observer.queue.depth(3);
    metrics.leader('toy')('leading');
    const lines = (await metrics.text()).split('\n');
    for (const line of [
      'controller_runtime_reconcile_errors_total{controller="toy"} 2',
      'controller_runtime_terminal_reconcile_errors_total{controller="toy"} 1',
      'controller_runtime_reconcile_time_seconds_count{controller="toy"} 2',
      'workqueue_depth{name="toy",controller="toy"} 3',
      'workqueue_unfinished_work_seconds{name="toy",controller="toy"} 5',
      'workqueue_longest_running_processor_seconds{name="toy",controller="toy"} 4',
      'leader_election_master_status{name="toy"} 1',
    ]) {
      assert.ok(lines.includes(line), `${line} is missing`);
    }
  });
});
