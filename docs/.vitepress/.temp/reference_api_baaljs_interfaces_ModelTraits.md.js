import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: ModelTraits","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/ModelTraits.md","filePath":"reference/api/baaljs/interfaces/ModelTraits.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/ModelTraits.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-modeltraits" tabindex="-1">Interface: ModelTraits <a class="header-anchor" href="#interface-modeltraits" aria-label="Permalink to &quot;Interface: ModelTraits&quot;">​</a></h1><p>What is known of a model that a recipe is to be found for; a text classifier has all of it.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-hasfreshhead"></a> <code>hasFreshHead?</code></td><td><code>readonly</code></td><td><code>boolean</code></td><td>-</td></tr><tr><td><a id="property-labels"></a> <code>labels</code></td><td><code>readonly</code></td><td>readonly <code>string</code>[]</td><td>-</td></tr><tr><td><a id="property-lastlayer"></a> <code>lastLayer?</code></td><td><code>readonly</code></td><td><a href="./LastLayer.html"><code>LastLayer</code></a></td><td>-</td></tr><tr><td><a id="property-parameterlayers"></a> <code>parameterLayers?</code></td><td><code>readonly</code></td><td>readonly (readonly <code>string</code>[])[]</td><td>Parameter names by layer, from the input to the output.</td></tr><tr><td><a id="property-pooling"></a> <code>pooling?</code></td><td><code>readonly</code></td><td><code>unknown</code></td><td>How a text&#39;s vector is made of its tokens&#39;; only models of texts have one.</td></tr><tr><td><a id="property-source"></a> <code>source?</code></td><td><code>readonly</code></td><td><a href="./../type-aliases/ModelSource.html"><code>ModelSource</code></a></td><td>-</td></tr><tr><td><a id="property-task"></a> <code>task?</code></td><td><code>readonly</code></td><td><a href="./../type-aliases/Task.html"><code>Task</code></a></td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/ModelTraits.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const ModelTraits = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  ModelTraits as default
};
