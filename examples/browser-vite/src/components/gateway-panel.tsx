import { store } from "../store.ts";

/** In the demo: what can go wrong with a gateway, to be tried. */
export function GatewayPanel() {
  const gateway = store.source.value?.gateway;
  if (gateway === undefined) return null;
  const isDown = gateway.isDown.value;
  return (
    <section class="gateway" aria-labelledby="gateway-title">
      <h2 id="gateway-title">Demo gateway</h2>
      <p>It runs in this page. Break it, and see what the page makes of it.</p>
      <button type="button" onClick={() => gateway.drop()}>
        Drop connection
      </button>
      <button type="button" onClick={() => gateway.goSilent()}>
        Go silent
      </button>
      <button type="button" onClick={() => gateway.setDown(!isDown)}>
        {isDown ? "Bring it back" : "Take it down"}
      </button>
    </section>
  );
}
