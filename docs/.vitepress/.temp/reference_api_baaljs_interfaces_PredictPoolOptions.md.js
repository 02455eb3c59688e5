import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: PredictPoolOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/PredictPoolOptions.md","filePath":"reference/api/baaljs/interfaces/PredictPoolOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/PredictPoolOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-predictpooloptions" tabindex="-1">Interface: PredictPoolOptions <a class="header-anchor" href="#interface-predictpooloptions" aria-label="Permalink to &quot;Interface: PredictPoolOptions&quot;">​</a></h1><p>What the loop asks of predictions.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-firstdraw"></a> <code>firstDraw?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>The number of the first of them, 0 if it is not given; of adaptive draws alone it is.</td></tr><tr><td><a id="property-iterations"></a> <code>iterations</code></td><td><code>readonly</code></td><td><code>number</code></td><td>K, the number of draws per item.</td></tr><tr><td><a id="property-signal"></a> <code>signal?</code></td><td><code>readonly</code></td><td><code>AbortSignal</code></td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/PredictPoolOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const PredictPoolOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  PredictPoolOptions as default
};
