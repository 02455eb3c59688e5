import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: PredictOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/PredictOptions.md","filePath":"reference/api/baaljs/interfaces/PredictOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/PredictOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-predictoptions" tabindex="-1">Interface: PredictOptions <a class="header-anchor" href="#interface-predictoptions" aria-label="Permalink to &quot;Interface: PredictOptions&quot;">​</a></h1><p>How a model predicts: draws, seed, batch and chunk sizes, cancelling.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-chunksize"></a> <code>chunkSize?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Number of items per yielded chunk of <a href="./BayesianModel.html#predict">BayesianModel.predict</a>. 1024 by default.</td></tr><tr><td><a id="property-firstdraw"></a> <code>firstDraw?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>The number of the first draw; 0 by default. Draws 4 to 19 of an item go on from its draws 0 to 3, as if all had been drawn at once.</td></tr><tr><td><a id="property-iterations"></a> <code>iterations?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>K, the number of draws per item. 1 by default.</td></tr><tr><td><a id="property-mode"></a> <code>mode?</code></td><td><code>readonly</code></td><td><code>&quot;mc&quot;</code> | <code>&quot;deterministic&quot;</code></td><td><code>&quot;mc&quot;</code>: random draws (needs a patched model), <code>&quot;deterministic&quot;</code>: dropout off, K = 1. By default <code>&quot;mc&quot;</code> when patched.</td></tr><tr><td><a id="property-seed"></a> <code>seed?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Names the draws: same seed, same predictions, whatever the batch, the order or the padding. 0 by default.</td></tr><tr><td><a id="property-signal"></a> <code>signal?</code></td><td><code>readonly</code></td><td><code>AbortSignal</code></td><td>-</td></tr><tr><td><a id="property-tokensperbatch"></a> <code>tokensPerBatch?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Most tokens (padding and draws included) that go through the model at once.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/PredictOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const PredictOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  PredictOptions as default
};
