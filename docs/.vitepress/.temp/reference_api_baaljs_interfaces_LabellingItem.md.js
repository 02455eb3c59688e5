import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: LabellingItem<Input>","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/LabellingItem.md","filePath":"reference/api/baaljs/interfaces/LabellingItem.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/LabellingItem.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-labellingitem-input" tabindex="-1">Interface: LabellingItem&lt;Input&gt; <a class="header-anchor" href="#interface-labellingitem-input" aria-label="Permalink to &quot;Interface: LabellingItem\\&lt;Input\\&gt;&quot;">​</a></h1><p>An item for a person to label.</p><h2 id="type-parameters" tabindex="-1">Type Parameters <a class="header-anchor" href="#type-parameters" aria-label="Permalink to &quot;Type Parameters&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Type Parameter</th></tr></thead><tbody><tr><td><a id="type-parameter-input"></a> <code>Input</code></td></tr></tbody></table><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-index"></a> <code>index</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Its dataset index.</td></tr><tr><td><a id="property-input"></a> <code>input</code></td><td><code>readonly</code></td><td><code>Input</code></td><td>-</td></tr><tr><td><a id="property-query"></a> <code>query</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Number of the query that picked it, from 1.</td></tr><tr><td><a id="property-rank"></a> <code>rank</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Its place among that query&#39;s picks, from 1.</td></tr><tr><td><a id="property-score"></a> <code>score</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><a id="property-why"></a> <code>why</code></td><td><code>readonly</code></td><td><code>string</code></td><td>These as a sentence.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/LabellingItem.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const LabellingItem = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  LabellingItem as default
};
