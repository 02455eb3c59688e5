import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: Estimate","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/Estimate.md","filePath":"reference/api/baaljs/interfaces/Estimate.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/Estimate.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-estimate" tabindex="-1">Interface: Estimate <a class="header-anchor" href="#interface-estimate" aria-label="Permalink to &quot;Interface: Estimate&quot;">​</a></h1><p>A regression&#39;s answer for one input: its first number, and all of them.</p><h2 id="extends" tabindex="-1">Extends <a class="header-anchor" href="#extends" aria-label="Permalink to &quot;Extends&quot;">​</a></h2><ul><li><a href="./ValueEstimate.html"><code>ValueEstimate</code></a></li></ul><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th><th>Inherited from</th></tr></thead><tbody><tr><td><a id="property-deviation"></a> <code>deviation?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Standard deviation of what is predicted, of several draws or of a model that predicts its noise: of the draws&#39; values and the noise together. What more training data would take away is <a href="#property-epistemic">epistemic</a>.</td><td><a href="./ValueEstimate.html"><code>ValueEstimate</code></a>.<a href="./ValueEstimate.html#property-deviation"><code>deviation</code></a></td></tr><tr><td><a id="property-epistemic"></a> <code>epistemic?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Standard deviation of the draws&#39; values alone.</td><td><a href="./ValueEstimate.html"><code>ValueEstimate</code></a>.<a href="./ValueEstimate.html#property-epistemic"><code>epistemic</code></a></td></tr><tr><td><a id="property-label"></a> <code>label</code></td><td><code>readonly</code></td><td><code>string</code></td><td>The name of the number, of the model&#39;s labels.</td><td><a href="./ValueEstimate.html"><code>ValueEstimate</code></a>.<a href="./ValueEstimate.html#property-label"><code>label</code></a></td></tr><tr><td><a id="property-value"></a> <code>value</code></td><td><code>readonly</code></td><td><code>number</code></td><td>The mean over the draws, in the unit that the model was trained with.</td><td><a href="./ValueEstimate.html"><code>ValueEstimate</code></a>.<a href="./ValueEstimate.html#property-value"><code>value</code></a></td></tr><tr><td><a id="property-values"></a> <code>values</code></td><td><code>readonly</code></td><td>readonly <a href="./ValueEstimate.html"><code>ValueEstimate</code></a>[]</td><td>In the order of the model&#39;s labels.</td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/Estimate.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const Estimate = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  Estimate as default
};
