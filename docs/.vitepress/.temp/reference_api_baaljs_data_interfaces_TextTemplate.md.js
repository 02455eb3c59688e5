import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: TextTemplate","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/data/interfaces/TextTemplate.md","filePath":"reference/api/baaljs/data/interfaces/TextTemplate.md"}');
const _sfc_main = { name: "reference/api/baaljs/data/interfaces/TextTemplate.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-texttemplate" tabindex="-1">Interface: TextTemplate <a class="header-anchor" href="#interface-texttemplate" aria-label="Permalink to &quot;Interface: TextTemplate&quot;">​</a></h1><p>A text that is made of several columns of a row.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-columns"></a> <code>columns</code></td><td><code>readonly</code></td><td>readonly <code>string</code>[]</td><td>The columns that it names, each once, in order.</td></tr><tr><td><a id="property-fill"></a> <code>fill</code></td><td><code>readonly</code></td><td>(<code>row</code>) =&gt; <code>string</code> | <code>undefined</code></td><td>The text of a row: the template with the columns&#39; values. Empty values leave their place empty; <code>undefined</code> where all are empty, or one is neither text, number nor truth value.</td></tr><tr><td><a id="property-source"></a> <code>source</code></td><td><code>readonly</code></td><td><code>string</code></td><td>As it was written: <code>&quot;{title} [SEP] {body}&quot;</code>.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/data/interfaces/TextTemplate.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const TextTemplate = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  TextTemplate as default
};
