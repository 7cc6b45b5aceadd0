import { expect, test } from "bun:test";
import { MergedMetrics } from "./merge-metrics.ts";

function write({ requests, active, slow = 0 }: { requests: number; active: number; slow?: number }): string {
  return `# TYPE active gauge
active{scope="a b"} ${active}
# HELP requests_total Requests, "all" of them
# TYPE requests_total counter
requests_total{code="200"} ${requests}
# TYPE seconds histogram
seconds_bucket{le="1"} ${requests - slow}
seconds_bucket{le="+Inf"} ${requests}
seconds_sum{} 0.5
seconds_count{} ${requests}
# HELP target_info Target metadata
# TYPE target_info gauge
target_info{name="router"} 1
`;
}

test("series of the same name and labels add up, facts do not", () => {
  const metrics = new MergedMetrics();
  metrics.update(0, write({ requests: 3, active: 1 }));
  metrics.update(1, write({ requests: 4, active: 2, slow: 2 }));
  expect(metrics.render()).toBe(
    write({ requests: 7, active: 3, slow: 2 }).replace("seconds_sum{} 0.5", "seconds_sum{} 1"),
  );
});

test("series that only one of them has are kept", () => {
  const metrics = new MergedMetrics();
  metrics.update(0, write({ requests: 3, active: 1 }));
  metrics.update(1, '# TYPE other_total counter\nother_total{code="\\"x y\\" 1"} 2\n');
  expect(metrics.render()).toContain('\n# TYPE other_total counter\nother_total{code="\\"x y\\" 1"} 2\n');
});

test("a worker that is gone keeps what it counted, and loses what it held", () => {
  const metrics = new MergedMetrics();
  metrics.update(0, write({ requests: 3, active: 1 }));
  metrics.leave(0);
  metrics.update(0, write({ requests: 1, active: 5 }));
  metrics.leave(1);
  const text = metrics.render();
  expect(text).toContain('requests_total{code="200"} 4\n');
  expect(text).toContain('seconds_bucket{le="+Inf"} 4\n');
  expect(text).toContain('active{scope="a b"} 5\n');
});
