import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: ActiveLearningDatasetOptions<Input>","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/ActiveLearningDatasetOptions.md","filePath":"reference/api/baaljs/interfaces/ActiveLearningDatasetOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/ActiveLearningDatasetOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-activelearningdatasetoptions-input" tabindex="-1">Interface: ActiveLearningDatasetOptions&lt;Input&gt; <a class="header-anchor" href="#interface-activelearningdatasetoptions-input" aria-label="Permalink to &quot;Interface: ActiveLearningDatasetOptions\\&lt;Input\\&gt;&quot;">​</a></h1><p>Options of an <a href="./../classes/ActiveLearningDataset.html">ActiveLearningDataset</a>.</p><h2 id="type-parameters" tabindex="-1">Type Parameters <a class="header-anchor" href="#type-parameters" aria-label="Permalink to &quot;Type Parameters&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Type Parameter</th><th>Default type</th></tr></thead><tbody><tr><td><a id="type-parameter-input"></a> <code>Input</code></td><td><code>unknown</code></td></tr></tbody></table><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-pooldataset"></a> <code>poolDataset?</code></td><td><code>readonly</code></td><td><a href="./Dataset.html"><code>Dataset</code></a>&lt;<code>Input</code>&gt;</td><td>The same items as the pool shall see them: without augmentation, for example. The data set itself by default.</td></tr><tr><td><a id="property-seed"></a> <code>seed?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Names the order in which <code>labelRandomly</code> draws items. 0 by default.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/ActiveLearningDatasetOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const ActiveLearningDatasetOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  ActiveLearningDatasetOptions as default
};
