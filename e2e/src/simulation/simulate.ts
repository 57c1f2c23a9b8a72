import { Dice } from "./dice.ts";
import { Gateway } from "./gateway.ts";
import { SimTime } from "./sim-time.ts";
import { User } from "./user.ts";
import { type Counts, type SessionModule, World } from "./world.ts";

/** Steps between two times of peace. */
const STEPS_TO_PEACE = 500;
/** How long the faults of before may go on in a time of peace, in milliseconds: connections are lost and found again. */
const RECOVERY_MS = 45_000;
/** Then everything comes to rest: what nobody wants is given up after a minute, what failed is tried again. */
const REST_MS = 85_000;
/** What is asked then is answered by now. */
const TRY_MS = 5000;

/** An invariant that broke. */
export interface Break {
  readonly seed: number;
  readonly step: number;
  readonly invariant: string;
  readonly detail: string;
  /** The last events, oldest first. */
  readonly events: readonly string[];
}

export interface SimulationResult {
  readonly faults: Counts;
  readonly outcomes: Counts;
  readonly break: Break | undefined;
}

/** One simulated world, from its beginning to its end or to the first invariant that breaks. */
export async function simulate(session: SessionModule, seed: number, steps: number): Promise<SimulationResult> {
  const time = new SimTime();
  const dice = new Dice(seed);
  const world = new World(time, dice);
  time.onStuck = () => world.fail("time goes on", "thousands of timers were due at one moment");
  const gateway = new Gateway(world);
  const pacerOwner = time.owner("the pacer");
  const pacer = session.createPacer(time.clock(pacerOwner));
  const users = Array.from(
    { length: dice.chance(0.3) ? 2 : 1 },
    (_, i) => new User(world, gateway, session, pacer, `user ${i + 1}`),
  );
  const onRejection = (reason: unknown) => world.fail("no rejection is left alone", `${reason}`);
  process.on("unhandledRejection", onRejection);
  let step = 0;
  const check = () => {
    gateway.check();
    for (const user of users) user.check();
    const listeners = users.reduce((sum, user) => sum + user.wakeListeners, 0);
    if (time.wakeListeners !== listeners)
      world.fail("no listener is left", `${time.wakeListeners} for waking up, ${listeners} are wanted`);
  };
  const peace = async () => {
    world.note("peace begins");
    world.isFaulty = false;
    gateway.heal();
    for (const { transport } of users) transport.link?.heal();
    await time.advance(RECOVERY_MS);
    check();
    const restFrom = time.now;
    await time.advance(REST_MS);
    check();
    for (const user of users) {
      user.checkAtRest(restFrom);
      user.tryLimits();
    }
    await time.advance(TRY_MS);
    check();
    world.isFaulty = true;
  };
  const end = async () => {
    for (const user of users) user.giveUp();
    await time.advance(0);
    check();
    if (pacerOwner.timers > 0) world.fail("no timer is left", `${pacerOwner.timers} of the pacer`);
    await time.advance(1000);
    if (gateway.connections > 0) world.fail("no link is left", `${gateway.connections} at the gateway`);
    for (const user of users) user.checkAtEnd();
  };
  try {
    for (step = 1; step <= steps && world.broken === undefined; step++) {
      await takeStep(world, gateway, users);
      check();
      if (step % STEPS_TO_PEACE === 0 && world.broken === undefined) await peace();
    }
    if (world.broken === undefined) await end();
  } finally {
    gateway.close();
    process.off("unhandledRejection", onRejection);
  }
  const { faults, outcomes, broken, events } = world;
  return { faults, outcomes, break: broken && { seed, step: Math.min(step, steps), ...broken, events } };
}

/** Something happens, and then time goes by. */
async function takeStep(world: World, gateway: Gateway, users: readonly User[]): Promise<void> {
  const { dice, time } = world;
  const user = dice.pick(users);
  switch (dice.weighted({ act: 100, fault: 4, restart: 0.2, refuse: 0.3, sleep: 0.3 })) {
    case "act":
      user.act();
      break;
    case "fault":
      if (user.transport.link?.isOpen) user.transport.link.suffer();
      break;
    case "restart":
      gateway.restart();
      break;
    case "refuse":
      gateway.refuseConnections();
      break;
    case "sleep": {
      const ms = dice.between(1000, 120_000);
      const tellsWake = dice.chance(0.5);
      world.fault("sleep", `${ms} ms`);
      if (tellsWake) for (const { transport } of users) transport.notBefore = 0;
      await time.sleep(ms, tellsWake);
      world.wokenAt = time.now;
      return;
    }
  }
  const pause = dice.next();
  await time.advance(
    pause < 0.5
      ? dice.between(0, 20)
      : pause < 0.85
        ? dice.between(20, 300)
        : pause < 0.98
          ? dice.between(300, 3000)
          : dice.between(3000, 15_000),
  );
}
