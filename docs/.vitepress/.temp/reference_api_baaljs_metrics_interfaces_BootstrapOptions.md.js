import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: BootstrapOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/metrics/interfaces/BootstrapOptions.md","filePath":"reference/api/baaljs/metrics/interfaces/BootstrapOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/metrics/interfaces/BootstrapOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-bootstrapoptions" tabindex="-1">Interface: BootstrapOptions <a class="header-anchor" href="#interface-bootstrapoptions" aria-label="Permalink to &quot;Interface: BootstrapOptions&quot;">​</a></h1><p>The options of <a href="./../functions/bootstrapInterval.html">bootstrapInterval</a> and <a href="./../functions/bootstrapDifference.html">bootstrapDifference</a>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-level"></a> <code>level?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Probability that the interval is meant to cover, in (0, 1); 0.95 by default.</td></tr><tr><td><a id="property-method"></a> <code>method?</code></td><td><code>readonly</code></td><td><a href="./../type-aliases/IntervalMethod.html"><code>IntervalMethod</code></a></td><td><code>&quot;percentile&quot;</code> (the default): quantiles of the resampled metric (Efron 1979). <code>&quot;bca&quot;</code>: bias-corrected and accelerated (Efron 1987), which also follows a metric whose resamples are skewed or off centre.</td></tr><tr><td><a id="property-random"></a> <code>random?</code></td><td><code>readonly</code></td><td><a href="./../../strategies/interfaces/Random.html"><code>Random</code></a></td><td>Source of the resamples; by default a new generator of seed 0, so that the same data give the same interval.</td></tr><tr><td><a id="property-resamples"></a> <code>resamples?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Number of resamples; 1000 by default.</td></tr><tr><td><a id="property-signal"></a> <code>signal?</code></td><td><code>readonly</code></td><td><code>AbortSignal</code></td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/metrics/interfaces/BootstrapOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const BootstrapOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  BootstrapOptions as default
};
