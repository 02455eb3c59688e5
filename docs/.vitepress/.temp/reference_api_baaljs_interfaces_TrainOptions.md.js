import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: TrainOptions<Input>","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/TrainOptions.md","filePath":"reference/api/baaljs/interfaces/TrainOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/TrainOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-trainoptions-input" tabindex="-1">Interface: TrainOptions&lt;Input&gt; <a class="header-anchor" href="#interface-trainoptions-input" aria-label="Permalink to &quot;Interface: TrainOptions\\&lt;Input\\&gt;&quot;">​</a></h1><p>How one call of <code>train</code> is watched, cancelled, and helped by unlabelled items.</p><h2 id="extends" tabindex="-1">Extends <a class="header-anchor" href="#extends" aria-label="Permalink to &quot;Extends&quot;">​</a></h2><ul><li><code>WorkOptions</code></li></ul><h2 id="type-parameters" tabindex="-1">Type Parameters <a class="header-anchor" href="#type-parameters" aria-label="Permalink to &quot;Type Parameters&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Type Parameter</th></tr></thead><tbody><tr><td><a id="type-parameter-input"></a> <code>Input</code></td></tr></tbody></table><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th><th>Inherited from</th></tr></thead><tbody><tr><td><a id="property-onprogress"></a> <code>onProgress?</code></td><td><code>readonly</code></td><td><a href="./../type-aliases/ProgressListener.html"><code>ProgressListener</code></a></td><td>-</td><td><code>WorkOptions.onProgress</code></td></tr><tr><td><a id="property-semisupervised"></a> <code>semiSupervised?</code></td><td><code>readonly</code></td><td><a href="./SemiSupervision.html"><code>SemiSupervision</code></a>&lt;<code>Input</code>&gt;</td><td>Also learns from items without a label. Supervised by default.</td><td>-</td></tr><tr><td><a id="property-signal"></a> <code>signal?</code></td><td><code>readonly</code></td><td><code>AbortSignal</code></td><td>-</td><td><code>WorkOptions.signal</code></td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/TrainOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const TrainOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  TrainOptions as default
};
