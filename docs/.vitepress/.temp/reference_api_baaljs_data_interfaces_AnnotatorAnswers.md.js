import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: AnnotatorAnswers","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/data/interfaces/AnnotatorAnswers.md","filePath":"reference/api/baaljs/data/interfaces/AnnotatorAnswers.md"}');
const _sfc_main = { name: "reference/api/baaljs/data/interfaces/AnnotatorAnswers.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-annotatoranswers" tabindex="-1">Interface: AnnotatorAnswers <a class="header-anchor" href="#interface-annotatoranswers" aria-label="Permalink to &quot;Interface: AnnotatorAnswers&quot;">​</a></h1><p>Answers of several annotators: one row each, in parallel arrays of numbers from 0 on.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-annotators"></a> <code>annotators</code></td><td><code>readonly</code></td><td><code>ArrayLike</code>&lt;<code>number</code>&gt;</td><td>-</td></tr><tr><td><a id="property-classes"></a> <code>classes</code></td><td><code>readonly</code></td><td><code>ArrayLike</code>&lt;<code>number</code>&gt;</td><td>-</td></tr><tr><td><a id="property-counts"></a> <code>counts</code></td><td><code>readonly</code></td><td><code>object</code></td><td>-</td></tr><tr><td><code>counts.annotators</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><code>counts.classes</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><code>counts.items</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><a id="property-items"></a> <code>items</code></td><td><code>readonly</code></td><td><code>ArrayLike</code>&lt;<code>number</code>&gt;</td><td>The item, 0 to N - 1, the annotator, 0 to A - 1, and the class, 0 to C - 1, of each answer. An annotator may answer an item more than once.</td></tr><tr><td><a id="property-weights"></a> <code>weights?</code></td><td><code>readonly</code></td><td><code>ArrayLike</code>&lt;<code>number</code>&gt;</td><td>How much an answer counts, 1 by default: 2 is as two of the same.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/data/interfaces/AnnotatorAnswers.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const AnnotatorAnswers = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  AnnotatorAnswers as default
};
