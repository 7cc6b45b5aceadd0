import type { RedisPool } from "../redis/redis-pool.ts";
import { redisScript } from "../redis/redis-script.ts";
import { type Counter, type Outcome, type Standing, slotsPerWindow, type Take } from "./counter.ts";

/**
 * One step for Redis, by Redis' own clock: routers whose clocks differ count the same. Each key is a hash of slots
 * and their counts; the arguments are limit, weight and slot length of each key. It answers whether all was taken,
 * the slot of each key, and for each key what was used, whether that was too much, and when more comes back.
 */
const takeScript = redisScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local slots = ${slotsPerWindow}
local answer, current, over, gone = {}, {}, 0, {}
for index, key in ipairs(KEYS) do
  local limit, weight, length = tonumber(ARGV[index * 3 - 2]), tonumber(ARGV[index * 3 - 1]), tonumber(ARGV[index * 3])
  local slot = math.floor(now / length)
  local fields, kept, used = redis.call('HGETALL', key), {}, 0
  gone[index] = {}
  for place = 1, #fields, 2 do
    local at, count = tonumber(fields[place]), tonumber(fields[place + 1])
    if at < slot - slots then
      table.insert(gone[index], fields[place])
    else
      used = used + count
      table.insert(kept, { at, count })
    end
  end
  local missing = used + weight - limit
  if missing > 0 then over = 1 end
  table.sort(kept, function(one, other) return one[1] < other[1] end)
  local returns, returned = (slots + 1) * length, 0
  for _, pair in ipairs(kept) do
    returned = returned + pair[2]
    if returned >= missing then
      returns = (pair[1] + slots + 1) * length - now
      break
    end
  end
  current[index] = slot
  table.insert(answer, used)
  table.insert(answer, missing > 0 and 1 or 0)
  table.insert(answer, math.ceil(returns))
end
if over == 0 then
  for index, key in ipairs(KEYS) do
    redis.call('HINCRBY', key, string.format('%.0f', current[index]), ARGV[index * 3 - 1])
    if #gone[index] > 0 then redis.call('HDEL', key, unpack(gone[index])) end
    redis.call('PEXPIRE', key, math.ceil((slots + 1) * tonumber(ARGV[index * 3])))
  end
end
return { over, current, answer }
`);

export interface RedisCounterSettings {
  pool: RedisPool;
  timeoutMs: number;
  /** Called with whether the last request could be counted. */
  counted(isCounted: boolean): void;
}

/** Counts that several routers share. */
export class RedisCounter implements Counter {
  constructor(private readonly settings: RedisCounterSettings) {}

  async take(takes: readonly Take[]): Promise<Outcome> {
    try {
      const standings = await this.takeFrom(takes);
      this.settings.counted(true);
      return standings;
    } catch {
      // The pool has counted the error, and said what is wrong.
      this.settings.counted(false);
      return undefined;
    }
  }

  /** Keys of a cluster are on several nodes, each asked by itself: what the first have given is given back. */
  private async takeFrom(takes: readonly Take[]): Promise<Standing[]> {
    const groups = this.settings.pool.isCluster ? takes.map((take) => [take]) : [takes];
    const taken: { take: Take; slot: number }[] = [];
    const standings: Standing[] = [];
    for (const group of groups) {
      const { isOver, slots, standings: found } = await this.runScript(group);
      standings.push(...found);
      if (isOver) {
        await Promise.all(taken.map((each) => this.giveBack(each)));
        return standings;
      }
      taken.push(...group.map((take, index) => ({ take, slot: slots[index]! })));
    }
    return standings.map((standing, index) => ({ ...standing, used: standing.used + takes[index]!.weight }));
  }

  private async runScript(takes: readonly Take[]) {
    const { pool, timeoutMs } = this.settings;
    const keys = takes.map(({ key }) => pool.key(`rate-limit:${key}`));
    const values = takes.flatMap(({ limit, weight, windowMs }) => [limit, weight, windowMs / slotsPerWindow]);
    // The cast holds: the script above is what answers.
    const [over, slots, facts] = (await pool.runScript(takeScript, { keys, values }, timeoutMs)) as [
      number,
      number[],
      number[],
    ];
    const standings = takes.map((_, index) => ({
      used: facts[index * 3]!,
      isOver: facts[index * 3 + 1] === 1,
      returnsInMs: facts[index * 3 + 2]!,
    }));
    return { isOver: over === 1, slots, standings };
  }

  private giveBack({ take, slot }: { take: Take; slot: number }): Promise<unknown> {
    const { pool, timeoutMs } = this.settings;
    const key = pool.key(`rate-limit:${take.key}`);
    return pool.run((client) => client.hincrby(key, String(slot), -take.weight), timeoutMs);
  }
}
