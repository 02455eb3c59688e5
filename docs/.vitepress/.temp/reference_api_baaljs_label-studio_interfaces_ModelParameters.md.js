import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: ModelParameters","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/label-studio/interfaces/ModelParameters.md","filePath":"reference/api/baaljs/label-studio/interfaces/ModelParameters.md"}');
const _sfc_main = { name: "reference/api/baaljs/label-studio/interfaces/ModelParameters.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-modelparameters" tabindex="-1">Interface: ModelParameters <a class="header-anchor" href="#interface-modelparameters" aria-label="Permalink to &quot;Interface: ModelParameters&quot;">​</a></h1><p>What a project or a request asks of the model, over the server&#39;s own settings.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-iterations"></a> <code>iterations?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>K, the draws per text or image.</td></tr><tr><td><a id="property-modelversion"></a> <code>modelVersion?</code></td><td><code>readonly</code></td><td><code>string</code></td><td>A kept version that answers in place of the one that serves.</td></tr><tr><td><a id="property-outofscopechoice"></a> <code>outOfScopeChoice?</code></td><td><code>readonly</code></td><td><code>string</code></td><td>The choice that is served where the model abstains.</td></tr><tr><td><a id="property-score"></a> <code>score?</code></td><td><code>readonly</code></td><td><code>string</code></td><td>-</td></tr><tr><td><a id="property-scoreorder"></a> <code>scoreOrder?</code></td><td><code>readonly</code></td><td><code>&quot;confidence&quot;</code> | <code>&quot;uncertainty&quot;</code></td><td>-</td></tr><tr><td><a id="property-threshold"></a> <code>threshold?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><a id="property-toplabels"></a> <code>topLabels?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Where several labels may be chosen: at most so many, the likeliest.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/label-studio/interfaces/ModelParameters.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const ModelParameters = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  ModelParameters as default
};
